// Texts of lessons that are studied from films: giving them to a class, their period, studying.
import type { Texts } from '../gather.ts';

export const texts: Texts = {
  title: 'Give recorded lessons',
  intro: 'Give published films to a class. Learners study them whenever they like within a period; sign-in, spot checks, questions and hours follow the same rules as making up a live lesson.',
  given: 'Recorded lessons given so far',
  none: 'None yet. Choose films and a class below.',
  noFilmsTitle: 'No film can be given yet',
  noFilms: 'Upload a film on the page of recorded units first. When it was made and somebody has looked at it and published it, it is offered here.',
  new: 'Give a recorded lesson',
  films: 'Films', filmsHint: 'You may choose several: they become units in the order you tick them.', filmsOrder: 'The numbers are the order of study.',
  teachersHint: 'Who answers questions; several are possible.',
  periodTitle: 'When it can be studied', from: 'From', to: 'Until', periodHint: 'Beijing time. What is not studied by the end does not count.', openFixed: 'Learners study it already: its beginning stays, its end may be later.',
  period: { before: 'Recorded · from {from}', open: 'Recorded · study any time until {until}', over: 'Recorded · closed on {until}', off: 'Recorded · not given any more' },
  give: 'Give it to the class', planned: 'Given: {title}. The learners were told.',
  began: '{n} of {of} have begun', look: 'Films and questions', change: 'Change the period', save: 'Save', keep: 'Leave it',
  wrong: { dates: 'Choose day and time of beginning and end.', past: 'The end is in the past.', period: 'This period does not fit: it lasts at least an hour more than the films, and at most a year.', films: 'Choose at least one film.' },
  open: 'Recorded lessons you can study now', study: 'Study', until: 'Until {until}',
  notOpen: 'Not open yet', notOpenText: 'You can study it from {from} on.',
  card: {
    title: 'Studying', open: '{time} to study, until {day}', intro: 'What you have not studied plays in order and cannot be skipped. You prove who you are before it starts; spot checks and questions may come on the way. What you watch and pass counts as hours.', start: 'Start studying', stop: 'Pause, go on later',
    done: '{time} studied', progress: '{done} studied, {left} left', how: 'It plays in order. You may leave and come back.', over: 'The period ended on {day}; {time} was not studied. If there is a reason, appeal or ask your institution.', chip: 'To study',
  },
  studied: 'Studied', notStudied: 'Not studied', share: 'Completed', standing: { open: '{n} minutes are missing to {share}; you can go on studying until it closes.', over: '{n} minutes are missing to {share}, and the period is over. If there is a reason, appeal or ask your institution.' }, whole: 'All of it is studied.', hoursOpen: '{n} minutes to study until {at}', timetable: 'Recorded', noticeUntil: 'From {from}, any time until {until}',
};
