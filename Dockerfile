# The product as one image: `docker compose up` runs it with a real PostgreSQL and Redis.
FROM node:22-bookworm-slim AS build
ENV XDG_CACHE_HOME=/opt/cache
WORKDIR /opt/keshi
COPY . .
# Downloads mediasoup's worker, or builds it where GitHub cannot be reached (about 11 minutes on 2 cores).
RUN bash setup/set-up.sh start

FROM node:22-bookworm-slim
RUN apt-get -qq update \
  && apt-get -qq install -y --no-install-recommends ffmpeg libuv1 libssl3 libsrtp2-1 libabsl20220623 \
  && rm -rf /var/lib/apt/lists/*
COPY --from=build /opt /opt
RUN mkdir /data && chown node:node /data
USER node
WORKDIR /opt/keshi
ENV DATA_DIR=/data
VOLUME /data
EXPOSE 3000
CMD ["node_modules/.bin/node", "setup/start.ts"]
