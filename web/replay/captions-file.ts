// What is wrong with a file of captions, told before it is sent; the server judges again.

/** As the contract allows, characters of the text. */
const longest = 1_000_000;

/** Null where it looks like WebVTT with at least one cue. */
export function captionsTrouble(text: string, bytes: number): 'tooLarge' | 'notVtt' | 'notText' | 'noCues' | null {
  if (bytes > 4 * longest || text.length > longest) return 'tooLarge';
  // A file in another encoding than UTF-8 is full of replacement characters.
  if (text.includes('�') || text.includes('\0')) return 'notText';
  if (!/^﻿?WEBVTT(?:[ \t\r\n]|$)/.test(text)) return 'notVtt';
  return /\d{2}:\d{2}\.\d{3}[ \t]+-->[ \t]+(?:\d{2,}:)?\d{2}:\d{2}\.\d{3}/.test(text) ? null : 'noCues';
}
