// The pages and who gets to which: login first, then what is undecided before a lesson, then the page.
import { createRouter, createWebHistory, type Router, type RouteLocationNormalized, type RouteLocationRaw, type RouteRecordRaw } from 'vue-router';
import { institutionKinds } from '#domain/institution.ts';
import { paperKinds } from '#domain/paper/paper.ts';
import { bankKinds } from '#domain/question.ts';
import { reviewKinds } from '#domain/review.ts';
import { entryPending } from './entry/pending.ts';
import { i18n } from './i18n/i18n.ts';
import { viewOf } from './oversight/views.ts';
import { RestError } from './rest.ts';
import { saidPurpose } from './look-purpose.ts';
import type { useSession } from './session.ts';

declare module 'vue-router' {
  interface RouteMeta {
    /** Key of the page's name. */
    title: string;
    /** No login needed. */
    open?: boolean;
    /** The page fills the window: no header, no column. */
    bare?: boolean;
    /** For institutions and admins. */
    schedulers?: boolean;
    /** For offices and regulators. */
    overseers?: boolean;
    /** For regulators alone. */
    regulators?: boolean;
    /** Shows what is of one learner: whoever oversees says why first. */
    opensLearner?: boolean;
    /** For admins: those who run the platform. */
    operators?: boolean;
    /** For staff and those who oversee. */
    reviewers?: boolean;
    /** For those who keep question banks. */
    bankKeepers?: boolean;
    /** Recording notice and face consent come before this page. */
    afterEntry?: boolean;
  }
}

/** Uuids only: anything else is an unknown page, not a question to the server. */
const lesson = '/lessons/:lessonId([0-9a-f-]{36})';

const oneOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
/** What the queue is narrowed to stands in its address. */
const reviewProps = ({ query }: RouteLocationNormalized) => ({ lessonId: oneOf(query.lesson), kind: reviewKinds.find((kind) => kind === query.kind) });

/** Which of several institutions stands in the address. */
const institutionProps = ({ query }: RouteLocationNormalized) => ({ wanted: oneOf(query.institution) });

/** Which paper, and of what, stands in the address. */
const paperProps = ({ query }: RouteLocationNormalized) => ({ wanted: oneOf(query.institution), paper: paperKinds.find((kind) => kind === query.paper), of: oneOf(query.of), monday: oneOf(query.monday), year: oneOf(query.year), part: institutionKinds.find((part) => part === query.part) });

/** Which part of the console, of which region or institution, stands in its address; whom one looks up does not. */
const oversightProps = ({ query }: RouteLocationNormalized) => ({ view: viewOf(query.view), region: oneOf(query.region), institution: oneOf(query.institution), what: oneOf(query.what) });

/** What is looked for in a bank stands in its address. */
const bankProps = ({ params, query }: RouteLocationNormalized) => ({
  courseId: String(params.courseId), text: oneOf(query.text), point: oneOf(query.point), kind: bankKinds.find((kind) => kind === query.kind), retired: query.retired === 'yes', page: Number(oneOf(query.page) ?? 1) || 1,
});
const course = '/courses/:courseId([0-9a-f-]{36})';
const cohort = '/cohorts/:cohortId([0-9a-f-]{36})';
const certificatesProps = ({ params, query }: RouteLocationNormalized) => ({ cohortId: String(params.cohortId), view: oneOf(query.view), page: Number(oneOf(query.page) ?? 1) || 1 });
const cohortProps = ({ params, query }: RouteLocationNormalized) => ({ cohortId: String(params.cohortId), text: oneOf(query.text), view: oneOf(query.view), page: Number(oneOf(query.page) ?? 1) || 1 });
const exam = '/exams/:examId([0-9a-f-]{36})';
const attempt = '/exam-attempts/:attemptId([0-9a-f-]{36})';

/** The check or the beginning of the stretch a learner came from. */
const appealProps = ({ params, query }: RouteLocationNormalized) => ({ lessonId: String(params.lessonId), wanted: oneOf(query.check) ?? oneOf(query.from) });

const routes: RouteRecordRaw[] = [
  { path: '/login', name: 'login', component: () => import('./account/LoginPage.vue'), meta: { title: 'page.login', open: true } },
  { path: '/register', name: 'register', component: () => import('./register/RegisterPage.vue'), meta: { title: 'page.register', open: true } },
  { path: '/password', name: 'reset', component: () => import('./account/ResetPage.vue'), meta: { title: 'page.reset', open: true } },
  { path: '/account', name: 'account', component: () => import('./account/AccountPage.vue'), meta: { title: 'page.account' } },
  { path: '/account/second-factor', name: 'second-factor', component: () => import('./account/SecondFactorPage.vue'), meta: { title: 'page.secondFactor' } },
  { path: '/persons/:personId([0-9a-f-]{36})', name: 'person', component: () => import('./person/PersonPage.vue'), props: true, meta: { title: 'page.person', schedulers: true } },
  { path: '/', name: 'home', component: () => import('./home/HomePage.vue'), meta: { title: 'page.home' } },
  { path: '/schedule', name: 'schedule', component: () => import('./schedule/SchedulePage.vue'), meta: { title: 'page.schedule', schedulers: true } },
  { path: '/faces', name: 'faces', component: () => import('./face/FaceApprovalsPage.vue'), meta: { title: 'page.faces', schedulers: true } },
  { path: '/hours', name: 'hours', component: () => import('./hours/HoursPage.vue'), meta: { title: 'page.hours' } },
  { path: '/rules', name: 'rules', component: () => import('./rules/RulesPage.vue'), meta: { title: 'page.rules', schedulers: true } },
  { path: '/operator', name: 'operator', component: () => import('./operator/OperatorPage.vue'), meta: { title: 'page.operator', operators: true } },
  { path: '/look-purpose', name: 'look-purpose', component: () => import('./oversight/LookPurposePage.vue'), props: ({ query }) => ({ next: oneOf(query.next) }), meta: { title: 'page.lookPurpose', regulators: true } },
  { path: '/oversight', name: 'oversight', component: () => import('./oversight/OversightPage.vue'), props: oversightProps, meta: { title: 'page.oversight', regulators: true } },
  { path: '/connectors', name: 'connectors', component: () => import('./connector/ConnectorsPage.vue'), meta: { title: 'page.connectors', operators: true } },
  { path: '/operator/self-test', name: 'self-test', component: () => import('./self-test/SelfTestPage.vue'), meta: { title: 'page.selfTest', operators: true } },
  { path: '/operator/security-log', name: 'security-log', component: () => import('./self-test/SecurityLogPage.vue'), meta: { title: 'page.securityLog', operators: true } },
  { path: lesson, name: 'lesson', component: () => import('./lesson/LessonPage.vue'), props: true, meta: { title: 'page.lesson' } },
  { path: `${lesson}/enter`, name: 'enter', component: () => import('./entry/EntryPage.vue'), props: true, meta: { title: 'page.enter' } },
  { path: `${lesson}/device-check`, name: 'device-check', component: () => import('./classroom/DeviceCheckPage.vue'), props: true, meta: { title: 'page.deviceCheck', afterEntry: true } },
  { path: `${lesson}/live`, name: 'live', component: () => import('./classroom/ClassroomPage.vue'), props: true, meta: { title: 'page.live', bare: true, afterEntry: true } },
  { path: `${lesson}/replay`, name: 'replay', component: () => import('./replay/ReplayPage.vue'), props: true, meta: { title: 'page.replay' } },
  { path: '/replays/:replayId([0-9a-f-]{36})/quality', name: 'quality', component: () => import('./quality/QualityPage.vue'), props: true, meta: { title: 'page.quality' } },
  { path: `${lesson}/appeals`, name: 'appeals', component: () => import('./review/AppealsPage.vue'), props: appealProps, meta: { title: 'page.appeals' } },
  { path: `${lesson}/review/:personId([0-9a-f-]{36})`, name: 'review-case', component: () => import('./review/CasePage.vue'), props: true, meta: { title: 'page.reviewCase', reviewers: true, opensLearner: true } },
  { path: '/review', name: 'review', component: () => import('./review/QueuePage.vue'), props: reviewProps, meta: { title: 'page.review', reviewers: true } },
  { path: `${lesson}/hours`, name: 'lesson-hours', component: () => import('./hours/LessonHoursPage.vue'), props: true, meta: { title: 'page.lessonHours' } },
  { path: `${lesson}/hours/:personId([0-9a-f-]{36})`, name: 'learner-hours', component: () => import('./hours/LessonHoursPage.vue'), props: true, meta: { title: 'page.lessonHours' } },
  { path: '/questions', name: 'question-banks', component: () => import('./question/BanksPage.vue'), meta: { title: 'page.questionBanks', bankKeepers: true } },
  { path: `${course}/questions`, name: 'questions', component: () => import('./question/BankPage.vue'), props: bankProps, meta: { title: 'page.questions', bankKeepers: true } },
  { path: `${course}/questions/new`, name: 'question-new', component: () => import('./question/NewQuestionPage.vue'), props: true, meta: { title: 'page.questionNew', bankKeepers: true } },
  { path: '/questions/:questionId([0-9a-f-]{36})', name: 'question', component: () => import('./question/QuestionPage.vue'), props: true, meta: { title: 'page.question', bankKeepers: true } },
  { path: `${course}/question-sets`, name: 'question-sets', component: () => import('./question/SetsPage.vue'), props: true, meta: { title: 'page.questionSets', bankKeepers: true } },
  { path: `${course}/question-import`, name: 'question-import', component: () => import('./question/ImportPage.vue'), props: true, meta: { title: 'page.questionImport', bankKeepers: true } },
  { path: `${lesson}/report`, name: 'report', component: () => import('./report/ReportPage.vue'), props: true, meta: { title: 'page.report' } },
  { path: `${lesson}/after-class`, name: 'after-class', component: () => import('./after-class/AfterClassPage.vue'), props: true, meta: { title: 'page.afterClass' } },
  { path: `${lesson}/qa`, name: 'qa', component: () => import('./qa/QaPage.vue'), props: true, meta: { title: 'page.qa' } },
  { path: '/companion/:lessonId([0-9a-f-]{36})', name: 'companion', component: () => import('./companion/CompanionPage.vue'), props: true, meta: { title: 'page.companion', open: true, bare: true } },
  { path: '/cohorts', name: 'cohorts', component: () => import('./cohort/CohortsPage.vue'), meta: { title: 'page.cohorts', reviewers: true } },
  { path: cohort, name: 'cohort', component: () => import('./cohort/CohortPage.vue'), props: cohortProps, meta: { title: 'page.cohort', reviewers: true } },
  { path: '/cohort-approvals', name: 'cohort-approvals', component: () => import('./opening/ApprovalsPage.vue'), meta: { title: 'page.cohortApprovals', reviewers: true } },
  { path: `${cohort}/invitations`, name: 'invitations', component: () => import('./invitation/InvitationsPage.vue'), props: true, meta: { title: 'page.invitations', schedulers: true } },
  { path: '/i/:code([A-Za-z0-9_-]{22})', name: 'join', component: () => import('./invitation/JoinPage.vue'), props: true, meta: { title: 'page.join', open: true } },
  { path: `${cohort}/certificates`, name: 'cohort-certificates', component: () => import('./certificate/CohortCertificatesPage.vue'), props: certificatesProps, meta: { title: 'page.cohortCertificates', reviewers: true } },
  { path: '/evidence', name: 'evidence', component: () => import('./evidence/EvidencePage.vue'), meta: { title: 'page.evidence', open: true } },
  { path: '/certificates/:serial?', name: 'certificate-check', component: () => import('./certificate/CheckPage.vue'), props: ({ params }) => ({ serial: oneOf(params.serial) || undefined }), meta: { title: 'page.certificateCheck', open: true } },
  { path: `${cohort}/roster-import`, name: 'roster-import', component: () => import('./cohort/RosterImportPage.vue'), props: true, meta: { title: 'page.rosterImport', schedulers: true } },
  { path: '/my-exams', name: 'own-exams', component: () => import('./exam/OwnExamsPage.vue'), meta: { title: 'page.ownExams' } },
  { path: '/my-exams/:examId([0-9a-f-]{36})', name: 'own-exam', component: () => import('./exam/OwnExamPage.vue'), props: true, meta: { title: 'page.ownExam' } },
  { path: '/my-exams/:examId([0-9a-f-]{36})/paper', name: 'exam-paper', component: () => import('./exam/PaperPage.vue'), props: true, meta: { title: 'page.examPaper', bare: true } },
  { path: `${attempt}/result`, name: 'exam-result', component: () => import('./exam/ResultPage.vue'), props: ({ params, query }) => ({ attemptId: String(params.attemptId), handedIn: query.handed === 'in' }), meta: { title: 'page.examResult' } },
  { path: '/exams', name: 'exams', component: () => import('./exam/ExamsPage.vue'), props: ({ query }) => ({ course: oneOf(query.course) }), meta: { title: 'page.exams', reviewers: true } },
  { path: '/exams/new', name: 'exam-new', component: () => import('./exam/NewExamPage.vue'), meta: { title: 'page.examNew', bankKeepers: true } },
  { path: exam, name: 'exam', component: () => import('./exam/ExamPage.vue'), props: true, meta: { title: 'page.exam', reviewers: true } },
  { path: `${exam}/preview`, name: 'exam-preview', component: () => import('./exam/ExamPreviewPage.vue'), props: ({ params, query }) => ({ examId: String(params.examId), draw: Number(oneOf(query.draw)) || 1 }), meta: { title: 'page.examPreview', bankKeepers: true } },
  { path: `${exam}/scores`, name: 'exam-scores', component: () => import('./exam/ScoresPage.vue'), props: true, meta: { title: 'page.examScores', reviewers: true } },
  { path: `${exam}/marking`, name: 'exam-marking', component: () => import('./exam/MarkingPage.vue'), props: ({ params, query }) => ({ examId: String(params.examId), marked: query.show === 'marked' }), meta: { title: 'page.examMarking', bankKeepers: true } },
  { path: `${attempt}/review`, name: 'exam-review', component: () => import('./exam/AttemptReviewPage.vue'), props: true, meta: { title: 'page.examReview', bankKeepers: true } },
  { path: '/institution', name: 'institution', component: () => import('./institution/InstitutionPage.vue'), props: institutionProps, meta: { title: 'page.institution', reviewers: true } },
  { path: '/institution/looks', name: 'institution-looks', component: () => import('./institution/LooksPage.vue'), props: institutionProps, meta: { title: 'page.looks', schedulers: true } },
  { path: '/institution/api-clients', name: 'institution-api-clients', component: () => import('./api-client/ApiClientsPage.vue'), props: institutionProps, meta: { title: 'page.apiClients', schedulers: true } },
  { path: '/institution/webhooks', name: 'institution-webhooks', component: () => import('./webhook/WebhooksPage.vue'), props: institutionProps, meta: { title: 'page.webhooks', schedulers: true } },
  { path: '/api-docs', name: 'api-docs', component: () => import('./api-docs/ApiDocsPage.vue'), meta: { title: 'page.apiDocs', open: true } },
  { path: '/institution/staff', name: 'institution-staff', component: () => import('./institution/StaffPage.vue'), props: institutionProps, meta: { title: 'page.institutionStaff', schedulers: true } },
  { path: '/courses', name: 'courses', component: () => import('./course/CoursesPage.vue'), meta: { title: 'page.courses', reviewers: true } },
  { path: `${course}/dossier`, name: 'dossier', component: () => import('./course/DossierPage.vue'), props: true, meta: { title: 'page.dossier', reviewers: true } },
  { path: `${course}/dossier/versions/:version([1-9]\\d{0,5})`, name: 'dossier-version', component: () => import('./course/VersionPage.vue'), props: true, meta: { title: 'page.dossier', reviewers: true } },
  { path: `${course}/recorded`, name: 'recorded', component: () => import('./recorded/RecordedPage.vue'), props: true, meta: { title: 'page.recorded', schedulers: true } },
  { path: `${course}/films`, name: 'films', component: () => import('./film/FilmsPage.vue'), props: true, meta: { title: 'page.films', bankKeepers: true } },
  { path: '/films/:filmId([0-9a-f-]{36})', name: 'film', component: () => import('./film/FilmPage.vue'), props: ({ params, query }) => ({ filmId: String(params.filmId), courseId: oneOf(query.course) }), meta: { title: 'page.film', bankKeepers: true } },
  { path: `${course}/review`, name: 'content-review', component: () => import('./course/ReviewPage.vue'), props: true, meta: { title: 'page.contentReview', reviewers: true } },
  { path: '/instructors', name: 'instructors', component: () => import('./course/InstructorsPage.vue'), meta: { title: 'page.instructors', reviewers: true } },
  { path: '/notices', name: 'notices', component: () => import('./notice/NoticesPage.vue'), meta: { title: 'page.notices' } },
  { path: '/ledger', name: 'ledger', component: () => import('./ledger/LedgerPage.vue'), meta: { title: 'page.ledger', reviewers: true } },
  { path: '/cohorts/:cohortId([0-9a-f-]{36})/ledger', redirect: ({ params }) => ({ name: 'ledger', query: { cohort: String(params.cohortId) } }), meta: { title: 'page.ledger' } },
  { path: '/cohorts/:cohortId([0-9a-f-]{36})/ledger/:personId([0-9a-f-]{36})', name: 'learner-ledger', component: () => import('./ledger/LearnerLedgerPage.vue'), props: true, meta: { title: 'page.learnerLedger', opensLearner: true } },
  { path: '/institution/retention', name: 'institution-retention', component: () => import('./retention/RetentionPage.vue'), props: institutionProps, meta: { title: 'page.retention', reviewers: true } },
  { path: '/institution/clients', name: 'institution-clients', component: () => import('./institution/ClientsPage.vue'), props: institutionProps, meta: { title: 'page.institutionClients', schedulers: true } },
  { path: `${lesson}/sheet`, name: 'offline-sheet', component: () => import('./offline/OfflineSheetPage.vue'), props: true, meta: { title: 'page.offlineSheet', schedulers: true } },
  { path: '/institution/papers', name: 'institution-papers', component: () => import('./paper/PapersPage.vue'), props: paperProps, meta: { title: 'page.institutionPapers', overseers: true } },
  { path: `${lesson}/site-code`, name: 'site-code', component: () => import('./site/SiteCodePage.vue'), props: true, meta: { title: 'page.siteCode' } },
  { path: `${lesson}/site-sign`, name: 'site-sign', component: () => import('./site/SiteSignPage.vue'), props: true, meta: { title: 'page.siteSign' } },
  { path: '/corrections', name: 'corrections', component: () => import('./correction/CorrectionsPage.vue'), meta: { title: 'page.corrections', schedulers: true } },
  { path: `${lesson}/hours/:personId([0-9a-f-]{36})/corrections`, name: 'learner-corrections', component: () => import('./correction/LearnerCorrectionsPage.vue'), props: true, meta: { title: 'page.learnerCorrections', schedulers: true } },
  { path: '/inspections', name: 'inspections', component: () => import('./inspection/InspectionsPage.vue'), meta: { title: 'page.inspections', overseers: true } },
  { path: '/inspections/new', name: 'inspection-new', component: () => import('./inspection/NewInspectionPage.vue'), meta: { title: 'page.inspectionNew', overseers: true } },
  { path: '/inspections/:inspectionId([0-9a-f-]{36})', name: 'inspection', component: () => import('./inspection/InspectionPage.vue'), props: true, meta: { title: 'page.inspection', overseers: true } },
  { path: '/inspections/:inspectionId([0-9a-f-]{36})/units/:drawnId([0-9a-f-]{36})', name: 'inspected-film', component: () => import('./inspection/InspectedFilmPage.vue'), props: true, meta: { title: 'page.inspectedFilm', overseers: true } },
  { path: '/my-client', name: 'my-client', component: () => import('./client/MyClientPage.vue'), meta: { title: 'page.myClient' } },
  { path: '/help', name: 'help', component: () => import('./help/HelpPage.vue'), props: ({ query }) => ({ from: oneOf(query.from) }), meta: { title: 'help.title', open: true } },
  { path: '/help-desk', name: 'help-desk', component: () => import('./help/HelpDeskPage.vue'), meta: { title: 'page.helpDesk', schedulers: true } },
  { path: '/incidents', name: 'incidents', component: () => import('./help/IncidentsPage.vue'), props: ({ query }) => ({ ticket: oneOf(query.ticket), ofInstitution: query.institution === 'own' }), meta: { title: 'page.incidents', overseers: true } },
  { path: '/corner', name: 'corner', component: () => import('./corner/CornerPage.vue'), props: ({ query }) => ({ show: oneOf(query.show) }), meta: { title: 'page.corner', open: true } },
  { path: '/corner/:postId([0-9a-f-]{36})', name: 'corner-post', component: () => import('./corner/PostPage.vue'), props: true, meta: { title: 'page.cornerPost', open: true } },
  { path: '/corner-desk', name: 'corner-desk', component: () => import('./corner/CornerDeskPage.vue'), meta: { title: 'page.cornerDesk', overseers: true } },
  { path: '/forbidden', name: 'forbidden', component: () => import('./parts/ForbiddenPage.vue'), meta: { title: 'page.forbidden', open: true } },
  { path: '/:rest(.*)*', name: 'not-found', component: () => import('./parts/NotFoundPage.vue'), meta: { title: 'page.notFound', open: true } },
];

type Session = ReturnType<typeof useSession>;

/** Also parts of the console. */
const opensLearners = (to: RouteLocationNormalized): boolean => to.meta.opensLearner === true || (to.name === 'oversight' && ['search', 'below'].includes(viewOf(to.query.view)));

/** True where the page before was one that asks the same of the same lesson: nothing is asked twice on the way in. */
const askedBefore = (to: RouteLocationNormalized, from: RouteLocationNormalized): boolean =>
  from.meta.afterEntry === true && from.params.lessonId === to.params.lessonId;

async function admit(to: RouteLocationNormalized, from: RouteLocationNormalized, session: Session): Promise<true | RouteLocationRaw> {
  if (to.meta.open) return true;
  let me;
  try {
    me = await session.known();
  } catch (error) {
    // No server: the page itself says so and offers to try again.
    if (error instanceof RestError) return true;
    throw error;
  }
  if (!me) return { name: 'login', query: to.fullPath === '/' ? {} : { next: to.fullPath } };
  if (me.factorNeeded && to.name !== 'second-factor') return { name: 'second-factor', query: { next: to.fullPath } };
  if (to.meta.schedulers && !session.maySchedule) return { name: 'forbidden' };
  if (to.meta.overseers && !session.mayKnowIncidents) return { name: 'forbidden' };
  if (to.meta.regulators && !session.mayOversee) return { name: 'forbidden' };
  if (session.mayOversee && saidPurpose.value === null && opensLearners(to)) return { name: 'look-purpose', query: { next: to.fullPath } };
  if (to.meta.operators && !session.mayOperate) return { name: 'forbidden' };
  if (to.meta.bankKeepers && !session.mayKeepQuestions) return { name: 'forbidden' };
  if (to.meta.reviewers && !session.mayReview) return { name: 'forbidden' };
  const lessonId = to.params.lessonId;
  if (to.meta.afterEntry && !askedBefore(to, from) && typeof lessonId === 'string' && await entryPending(lessonId)) {
    return { name: 'enter', params: { lessonId } };
  }
  return true;
}

export function createPages(session: Session): Router {
  const router = createRouter({
    history: createWebHistory(),
    routes,
    scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
  });
  router.beforeEach((to, from) => admit(to, from, session));
  router.afterEach((to) => { document.title = `${i18n.global.t(to.meta.title)} · ${i18n.global.t('common.brand')}`; });
  return router;
}
