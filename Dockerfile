# syntax=docker/dockerfile:1
# The demo worker and graph-ui, one image: which of the two is the container's command (see docker-compose.yml).

ARG NODE_IMAGE=node:20.19.5-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
# The dependencies first: they are installed again only when the lock file changes.
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY plugin plugin
COPY graph-ui graph-ui
COPY worker worker
RUN npm run build

FROM ${NODE_IMAGE}
# Recorded with every step as the code's version; there is no git work tree in here to ask.
ARG GIT_COMMIT=
ENV NODE_ENV=production GIT_COMMIT=${GIT_COMMIT}
WORKDIR /app
# Whole: what the demo's pipelines need is, for the plugin, a development dependency.
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY package.json package-lock.json LICENSE ./
# Outbox and files: a volume mounted here takes over the owner.
RUN install -d -o node -g node /var/lib/provenance
USER node
VOLUME /var/lib/provenance
CMD ["node", "dist/worker/main.js"]
