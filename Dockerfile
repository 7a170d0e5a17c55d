# syntax=docker/dockerfile:1

FROM golang:1.26-bookworm AS build
WORKDIR /src
# Modules first: they change more seldom than the code, so this layer is kept.
COPY go.mod go.sum ./
RUN go mod download
COPY cmd ./cmd
COPY internal ./internal
ARG RELEASE=dev
RUN CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X main.release=${RELEASE}" -o /out/tinhub ./cmd/tinhub \
 && mkdir -p /out/data /out/tmp && chmod 1777 /out/tmp

# Nothing but the binary, the certificates it fetches with, and a folder it may write to. Zones are in the binary.
FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /out/tinhub /usr/local/bin/tinhub
COPY --from=build --chown=65532:65532 /out/data /data
COPY --from=build /out/tmp /tmp
USER 65532:65532
WORKDIR /data
VOLUME /data
ENV TINHUB_CONFIG=/etc/tinhub/tinhub.yaml
EXPOSE 8080
STOPSIGNAL SIGTERM
ENTRYPOINT ["/usr/local/bin/tinhub"]
CMD ["serve"]
