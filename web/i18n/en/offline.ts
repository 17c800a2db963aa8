// Texts of lessons held at a place and their sheets.
import type { Texts } from '../gather.ts';

export const texts: Texts = {
  chip: 'At a place', plan: 'Held at the place: no live classroom, hours by signing there', where: 'This lesson is held at “{place}”: please be there in time. Scan the code with your phone when you come and when you leave, or sign the sheet.', open: 'Enter the sheet', look: 'Look at the sheet',
  intro: 'Once, after class: check the times and who was there; who signed by phone is ticked already, for the others there is the signed sheet. Hours count as the sheet says, one to one; what is wrong is put right with “Correct hours”.',
  notNow: 'It cannot be entered now: the office does it after class.', units: '1. When it was held', unit: 'Unit {n}', from: 'From', to: 'Until', heldUnit: 'This unit was held', timeWrong: 'Please fill in from and until of every unit, in order, none over another.', noneHeld: 'Please choose one unit at least that was held.',
  paper: '2. The signed sheet', paperHint: 'Needed where somebody did not sign in and out by phone. A photo or scan on which every signature, the date and the teacher’s signature can be read.', paperMissing: 'Please add and choose a sheet.',
  people: '3. Who was there', peopleHint: 'Compare with the sheet. For who came late or left early, change the times.', allIn: 'All were there', allOut: 'Clear all', count: '{n} of {all} there', nobody: 'This class has no learners yet.', stretchWrong: 'The times of somebody do not fit: from before until, within the class.', noneIn: 'Nobody is ticked. If really nobody came, save once more.',
  save: 'Save: hours count as the sheet says', sure: 'Once saved it cannot be changed, only corrected.', kept: 'Entered by {by}, {at}', done: 'Saved. Hours are being reckoned by the sheet.', absent: 'Was not there', sheet: 'Sheet',
  taught: 'Taught to this class so far: {online} units online, {offline} at a place; {percent} online.', taughtOver: 'More than half was online. The programme allows 50 % at most: please plan lessons at a place.', mark: '{n} min at a place', bySheet: 'Held at a place; hours count by the signed sheet or by signs on phones.',
};
