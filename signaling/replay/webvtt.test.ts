// Captions: what is taken, and which line is blamed for what is not.
import { describe, expect, it } from 'vitest';
import { captionFault } from './webvtt.ts';

const good = `\uFEFFWEBVTT 课堂字幕

NOTE made by hand

1
00:00:01.000 --> 00:00:03.500 align:center line:90%
<v 老师>今天讲<b>灭火器</b>。</v>

01:02.000 --> 01:05.250
第二行 &amp; more
<00:01:03.000>later

100:00:00.000 --> 100:00:01.000
end
`;
const cue = (time: string, text = 'x'): string => `WEBVTT\n\n${time}\n${text}\n`;

describe('captionFault', () => {
  it('takes captions as they are written', () => {
    expect(captionFault(good)).toBeNull();
    expect(captionFault(good.replaceAll('\n', '\r\n'))).toBeNull();
  });

  it.each([
    ['', 1], ['1\n00:00:01,000 --> 00:00:02,000\nsubrip', 1], ['WEBVTTX\n\n00:01.000 --> 00:02.000\nx', 1], ['\nWEBVTT\n\n00:01.000 --> 00:02.000\nx', 1],
    ['WEBVTT\n00:01.000 --> 00:02.000\nx', 2], ['WEBVTT\n\nNOTE nothing', 1], ['WEBVTT\n\njust text', 3], ['WEBVTT\n\nid\nno time', 3],
    [cue('00:00:01,000 --> 00:00:02.000'), 3], [cue('00:61.000 --> 00:62.000'), 3], [cue('00:02.000 --> 00:02.000'), 3], [cue('00:02.000 -> 00:03.000'), 3],
    [cue('00:02.000 --> 00:03.000 onclick:x'), 3], ['WEBVTT\n\n00:05.000 --> 00:06.000\nx\n\n00:04.999 --> 00:07.000\ny', 6], ['WEBVTT\n\n00:05.000 --> 00:06.000', 3],
    [cue('00:02.000 --> 00:03.000', '<script>alert(1)</script>'), 4], [cue('00:02.000 --> 00:03.000', 'fine\n<img src=x>'), 5], [cue('00:02.000 --> 00:03.000', 'open <b'), 4],
    ['WEBVTT\n\nSTYLE\n::cue { background: url(x) }', 3], ['WEBVTT\n\nREGION\nid:x', 3],
  ])('refuses %j in line %i', (text, line) => {
    expect(captionFault(text)?.line).toBe(line);
  });
});
