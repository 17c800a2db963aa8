// A calendar as text (RFC 5545): what other calendars read of somebody's lessons. Times in UTC, so that no zone has to be told; lines folded by octets, as Chinese signs take three.

export interface CalendarLesson {
  /** Stays the same whatever changes; `sequence` counts what changed. */
  uid: string; sequence: number; changedMs: number;
  title: string; startMs: number; endMs: number; cancelled: boolean; place: string | null; url: string;
}

const encoder = new TextEncoder();
/** A line has at most 75 octets without its end. */
const mostOctets = 75;

/** TEXT (3.3.11): signs with a meaning escaped, what no text has left out. */
const text = (value: string): string => value
  .replaceAll('\\', '\\\\').replaceAll(';', '\\;').replaceAll(',', '\\,').replace(/\r\n|\r|\n/g, '\\n')
  .replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, '');

/** Never within a sign; what follows begins with a space, which counts. */
function folded(line: string): string {
  let [octets, whole] = [0, ''];
  for (const sign of line) {
    const size = encoder.encode(sign).length;
    if (octets + size > mostOctets) [octets, whole] = [1, `${whole}\r\n `];
    octets += size;
    whole += sign;
  }
  return whole;
}

/** `20261124T010000Z` */
const utc = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;

const eventLines = ({ uid, sequence, changedMs, title, startMs, endMs, cancelled, place, url }: CalendarLesson): string[] => [
  'BEGIN:VEVENT', `UID:${uid}`, `DTSTAMP:${utc(changedMs)}`, `SEQUENCE:${sequence}`, `DTSTART:${utc(startMs)}`, `DTEND:${utc(endMs)}`, `SUMMARY:${text(title)}`, ...(place === null ? [] : [`LOCATION:${text(place)}`]),
  `URL:${url}`, `STATUS:${cancelled ? 'CANCELLED' : 'CONFIRMED'}`, 'END:VEVENT',
];

/** Whole, with CRLF after every line. */
export function calendarText(name: string, lessons: readonly CalendarLesson[]): string {
  const lines = [
    'BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Keshi//Timetable//ZH', 'CALSCALE:GREGORIAN', 'METHOD:PUBLISH', `X-WR-CALNAME:${text(name)}`, 'X-WR-TIMEZONE:Asia/Shanghai', 'REFRESH-INTERVAL;VALUE=DURATION:PT1H', 'X-PUBLISHED-TTL:PT1H',
    ...lessons.flatMap(eventLines), 'END:VCALENDAR',
  ];
  return lines.map((line) => `${folded(line)}\r\n`).join('');
}
