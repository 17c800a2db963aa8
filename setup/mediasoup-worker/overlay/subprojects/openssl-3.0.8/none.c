/* Empty on purpose: the library itself is the distribution's. */
