// How screen and camera stand together in the recorded picture; the teacher chooses.

/** `inset`: the camera in a corner of the screen. `sideBySide`: beside it, so that no text is ever covered. */
export const recordingLayouts = ['inset', 'sideBySide'] as const;
export type RecordingLayout = (typeof recordingLayouts)[number];
