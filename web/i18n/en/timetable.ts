// Texts of the timetable and of notices.
import type { Texts } from '../gather.ts';

export const texts: Texts = {
  explain: 'Plan, move and cancel lessons, and replace teachers. Everybody concerned is told of a change at once.',
  new: 'Plan lessons', office: 'Places and holidays', close: 'Close',
  week: 'Week', month: 'Month', view: 'Show', earlier: 'Earlier', later: 'Later', today: 'Today', nothing: 'No lessons in this time.', nothingFilter: 'No lesson fits.',
  cohort: 'Cohort', teacher: 'Teacher', place: 'Place', all: 'All', online: 'Online', series: 'Series', changed: 'Changed',
  weekdays: { 1: 'Mon', 2: 'Tue', 3: 'Wed', 4: 'Thu', 5: 'Fri', 6: 'Sat', 7: 'Sun' },
  repeat: 'Repeats', once: 'Once', daily: 'Every day', weekly: 'Every week', every: 'How often', everyDays: 'Every {n} days', everyWeeks: 'Every {n} weeks', onDays: 'On these days', onDaysHint: 'None chosen: the weekday of the first lesson.',
  end: 'Until when', byCount: 'A number of times', byUntil: 'Until a day', count: 'Times', until: 'Last day', firstDay: 'First lesson',
  look: 'Look at the plan', checking: 'Checking…', change: 'Back to change it',
  preview: 'Please look at every lesson', previewHint: 'Untick what is not wanted; change a date or time right here. All of them are planned at once.', take: 'Plan this lesson', noOccurrence: 'This plan has no lesson at all; please look at the dates.',
  past: 'This time is over', holidayOff: 'Holiday: {name}', holidayWork: 'Make-up working day: {name}',
  conflict: {
    teacher: '{names} teaches then: {lesson}', assistant: 'Assistant {names} is taken then: {lesson}', place: '{names} is taken then: {lesson}', itself: 'Overlaps another lesson of this plan',
    learners: '{n} learners have another lesson then: {lesson} ({names})',
  },
  lessonWords: '{cohort}, {title}, {at}', andMore: ' and others',
  noConflict: 'No conflict', conflicts: '{n} lessons with conflicts', warnings: '{n} lessons with a remark', chosen: '{n} lessons chosen',
  override: 'Plan it anyway, because', overrideHint: 'A teacher or place is taken. If it must be, say why; it is kept on record. Otherwise change the time or untick the lesson.', overrideMissing: 'Please give a reason, or solve the conflicts first.',
  save: 'Plan {n} lessons', saved: '{n} lessons planned, the first: {title}, {at}.', blocked: 'Some lessons overlap each other or are over already; please change them first.', noneTaken: 'Please choose at least one lesson.',
  open: 'Lesson page', move: 'Move', substitute: 'Replace a teacher', cancelRest: 'Cancel the rest', history: 'Changes', noHistory: 'Nothing was changed.', reason: 'Reason', reasonMissing: 'Please give a reason.',
  moveTitle: 'Another time or place', moveSave: 'Move the lesson', moved: 'Moved; everybody concerned was told.', newTime: 'New time', same: 'Time and place are the same.',
  substituteTitle: 'Replace a teacher', out: 'Teacher until now', in: 'Who takes over', substituteSave: 'Replace', substituted: 'Replaced; everybody concerned was told.', choose: 'Please choose',
  restTitle: 'Cancel the rest of this series', restExplain: 'This lesson and all later ones that have not been opened are cancelled.', restSave: 'Cancel them', restDone: '{n} lessons cancelled; everybody concerned was told.',
  changeWords: { moved: 'Moved', substituted: 'Teacher replaced', cancelled: 'Cancelled', overridden: 'Planned in spite of a conflict' }, changeTime: '{from} → {to}', changeBy: '{name}, {at}',
  places: 'Places', placesHint: 'Rooms and workshops of offline and practice lessons. One place has one lesson at a time.', placeName: 'Name', placeExample: 'For example: Workshop 1', add: 'Add', remove: 'No longer used', noPlaces: 'No places yet: all lessons are online.',
  holidays: 'Holidays and make-up days', holidaysHint: 'As the State Council announces them each year. They are marked when you plan; days off are left out unless you tick them.', from: 'From', to: 'To', kind: 'Kind', off: 'Day off', work: 'Make-up working day', holidayName: 'Name', holidayExample: 'For example: National Day', noHolidays: 'Nothing entered yet.',
  gap: 'Way between places', gapHint: 'Minutes a teacher needs between two lessons at different places.', minutes: 'minutes', saveGap: 'Save', gapSaved: 'Saved.',
  wrong: { interval: 'From 1 to 12.', count: 'From 1 to 366.', until: 'A day after the first lesson, please.', holiday: 'Please fill in days and name; at most 31 days at once.' },
  waiting: {
    title: 'Waits for you', live: 'live now', clash: 'lessons that clash, next two weeks', makeUp: 'minutes can be made up', study: 'minutes of recorded lessons to study', until: 'by {day}', toMark: 'answers to mark', held: 'attempts to decide on', appeal: 'appeals to decide', check: 'checks to look at', face: 'new pictures to approve', opening: 'classes to approve', joining: 'people ask to join', finding: 'inspection findings to deal with',
  },
  calendar: {
    title: 'In your own calendar', explain: 'Add the timetable to the calendar of your phone or computer; changes arrive by themselves. The address is yours alone; do not pass it on. You can take it back at any time.',
    part: { learning: 'lessons I learn in', teaching: 'lessons I teach', overseeing: 'all lessons' }, make: 'Make an address: {part}', made: 'Copy this address, choose “subscribe to a calendar” in your calendar, and paste it there. It is shown this once.', copy: 'Copy', copied: 'Copied',
    since: 'Made {at}', read: 'Last read {at}', never: 'No calendar has read it yet', revoke: 'Take back', none: 'No address yet.',
  },
  notice: {
    bell: 'Notices', unread: '{n} unread', title: 'Notices', explain: 'Reminders, and changes of the timetable.', none: 'No notices yet.', unreadMark: 'New',
    scheduled: 'New lesson: {title}', scheduledMany: '{n} new lessons: {title}', moved: 'Moved: {title}', cancelled: 'Cancelled: {title}', cancelledMany: '{n} lessons cancelled: {title}', substituted: 'Another teacher: {title}', reminder_day: 'Reminder: {title}', reminder_soon: 'Begins soon: {title}',
    at: '{at}', atPlace: '{at}, {place}', firstAt: 'First: {at}', from: 'Before: {at}', teacher: '{from} → {to}',
  },
};
