// Private words between one learner and the teachers of a lesson.
import { defineEntity, p } from '@mikro-orm/postgresql';

export const PrivateMessage = defineEntity({
  name: 'PrivateMessage',
  properties: {
    id: p.uuid().primary(), institutionId: p.uuid(), lessonId: p.uuid(), learnerId: p.uuid(), personId: p.uuid(), text: p.text(), sentAt: p.datetime(),
  },
});
