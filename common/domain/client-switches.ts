// Functions that are switched on or off for the learners of one client (甲方, R62). Only such as the law does not ask for: sign-ins, checks and hours are for everybody.

/** `chat`: writing to the class. `questionsAndAnswers`: asking about a lesson and reading what was asked. */
export const clientSwitches = ['chat', 'questionsAndAnswers'] as const;
export type ClientSwitch = (typeof clientSwitches)[number];
