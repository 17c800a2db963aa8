// Who may import whom. `npm run check` fails on a breach; a test makes one on purpose to see it caught.
const between = (name, from, to, comment) => ({ name, severity: 'error', comment, from: { path: from }, to: { path: to } });
const others = (part) => `^(${['sfu', 'signaling', 'worker', 'web'].filter((name) => name !== part).join('|')})/`;
/** Every folder of signaling but its frame: what holds the features together is known to all of them. */
const feature = '^signaling/(?!(?:classroom|http|testing)/)([^/]+)/';
const notTest = '(\\.test\\.ts$|/testing/)';

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', comment: 'Two files that import each other are one file in disguise.', from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } } },
    between('testing-below', '^common/testing/', '^(db|sfu|signaling|worker|web|setup|bench|e2e)/', 'What tests of every part use knows no part.'),
    between('domain-alone', '^common/domain/', '^(common/(contracts|runtime|testing)|db|sfu|signaling|worker|web|setup|bench)/', 'Rules of the school import nothing.'),
    { name: 'domain-no-packages', severity: 'error', comment: 'Rules run in browsers and servers alike.', from: { path: '^common/domain/', pathNot: notTest }, to: { dependencyTypes: ['npm', 'core'] } },
    between('contracts-on-domain', '^common/contracts/', '^(common/(runtime|testing)|db|sfu|signaling|worker|web|setup|bench)/', 'Contracts know the domain only.'),
    between('runtime-below', '^common/runtime/', '^(db|sfu|signaling|worker|web|setup|bench)/', 'The runtime serves the parts and knows none.'),
    between('db-below', '^db/', '^(sfu|signaling|worker|web|bench)/', 'The database knows no process.'),
    ...['sfu', 'signaling', 'worker', 'web'].map((part) => between(`${part}-alone`, `^${part}/`, others(part), 'Parts talk through contracts, never by import.')),
    between('sfu-no-db', '^sfu/', '^db/', 'The media node knows no people and no database.'),
    { name: 'web-values', severity: 'error', comment: 'The browser takes values from the domain and types from the contracts.', from: { path: '^web/', pathNot: '\\.test\\.ts$' }, to: { path: '^(common/(contracts|runtime)|db)/', dependencyTypesNot: ['type-only'] } },
    // A feature of signaling stands alone; what two need moves to the domain or to db/queries.
    {
      name: 'feature-alone', severity: 'error', comment: 'A feature folder never imports another feature.',
      from: { path: feature, pathNot: notTest },
      to: { path: feature, pathNot: ['^signaling/$1/'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(node_modules|dist|data)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'node', 'default'] },
    moduleSystems: ['es6'],
  },
};
