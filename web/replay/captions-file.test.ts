// Files people really choose by mistake.
import { describe, expect, it } from 'vitest';
import { captionsTrouble } from './captions-file.ts';

const cue = '00:01.000 --> 00:04.000\n大家好\n';

describe('captionsTrouble', () => {
  it('takes WebVTT, with hours, a mark of byte order or a title', () => {
    for (const text of [`WEBVTT\n\n${cue}`, `﻿WEBVTT 第一课\r\n\r\n01:00:01.000 --> 01:00:04.000 align:start\r\n好\r\n`]) expect(captionsTrouble(text, text.length)).toBeNull();
  });
  it('names what is wrong', () => {
    const srt = '1\n00:00:01,000 --> 00:00:04,000\n大家好\n';
    expect([captionsTrouble(srt, srt.length), captionsTrouble('WEBVTT\n', 7), captionsTrouble(`WEBVTT\n\n${cue}���`, 60), captionsTrouble('WEBVTT\n', 5_000_000)])
      .toEqual(['notVtt', 'noCues', 'notText', 'tooLarge']);
  });
});
