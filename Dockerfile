# The images: the collator, and with `--target relay` the relay chain. Made by the scripts that make everything else.
# The same in every stage.
# SPDX-License-Identifier: Apache-2.0
#
# docker build --build-arg COMMIT="$(git rev-parse --short=11 HEAD)" --tag parachain-template-node .

# The compiler is that of rust-toolchain.toml: scripts/test-release.sh compares them.
FROM rust:1.95.0-bookworm AS build
SHELL ["/bin/bash", "-euo", "pipefail", "-c"]
ENV CARGO_TARGET_DIR=/target
WORKDIR /build
# Packages and toolchain first: they change seldom.
COPY rust-toolchain.toml ./
COPY scripts/env.sh scripts/setup.sh scripts/
RUN scripts/setup.sh --no-network --no-tests && rm -rf /var/lib/apt/lists/*
COPY . .
# For `--version`; .git stays outside.
ARG COMMIT=""
# The target directory outlives this build, and files may be older than what was built before. Without the link that scripts/env.sh
# makes there, what was compiled of them is forgotten; the wasm is judged by their times alone. It has a name, as any
# project's may be mounted at /target.
RUN --mount=type=cache,target=/usr/local/cargo/registry,sharing=locked \
    --mount=type=cache,target=/usr/local/cargo/git,sharing=locked \
    --mount=type=cache,id=parachain-template-target,target=/target,sharing=locked \
    rm -f /target/Cargo.toml \
    && find runtime pallets -type f -exec touch {} + \
    && export SUBSTRATE_CLI_GIT_COMMIT_HASH="$COMMIT" \
    && . scripts/env.sh \
    && cargo_build \
    && install -D -t /binaries/collator "$RELEASE/$NODE_BIN" \
    && for bin in $RELAY_BINS; do install -D -t /binaries/relay "$RELEASE/$bin"; done

# Bash and the C++ library are there; what is missing are the certificates, for endpoints with wss.
FROM debian:12.15-slim AS base
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /build/scripts/health.sh /usr/local/bin/
RUN useradd --uid 1000 --user-group --no-create-home --home-dir /data --shell /usr/sbin/nologin node \
    && install -d -o node -g node /data
# Where a node keeps its data if no --base-path is given. With it nothing else is written to: the root can be read-only.
ENV XDG_DATA_HOME=/data
VOLUME ["/data"]
USER 1000:1000
# RPC, peers, metrics; of the node itself, then of the relay chain's inside a collator.
EXPOSE 9944 30333 9615 30334 9616
HEALTHCHECK --interval=30s --timeout=5s --start-period=5m --retries=3 CMD ["/usr/local/bin/health.sh"]

FROM base AS relay
ARG COMMIT=""
LABEL org.opencontainers.image.title="parachain-template-relay" \
      org.opencontainers.image.description="The relay chain that the collator is tested with, and its workers" \
      org.opencontainers.image.licenses="Apache-2.0 AND GPL-3.0-only" \
      org.opencontainers.image.revision="$COMMIT"
COPY --from=build /binaries/relay/ /usr/local/bin/
ENTRYPOINT ["/usr/local/bin/polkadot"]

FROM base AS collator
ARG COMMIT=""
LABEL org.opencontainers.image.title="parachain-template-node" \
      org.opencontainers.image.description="Parachain Template's collator" \
      org.opencontainers.image.licenses="Apache-2.0 AND GPL-3.0-only" \
      org.opencontainers.image.revision="$COMMIT"
COPY --from=build /binaries/collator/ /usr/local/bin/
ENTRYPOINT ["/usr/local/bin/parachain-template-node"]
