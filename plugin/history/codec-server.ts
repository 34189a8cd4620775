// Runs in: CLI. A codec that asks a codec server, as Temporal's Web UI and CLI do.
import type { Payload, PayloadCodec } from '@temporalio/common';

/** A payload as the protocol has it: protobuf's JSON, bytes in base64. */
interface JsonPayload {
  metadata?: { [name: string]: string };
  data?: string;
}

/**
 * Temporal's remote codec protocol: POST URL/decode with `{"payloads": […]}` and the namespace in `X-Namespace`.
 * See https://docs.temporal.io/codec-server.
 */
export function codecServer(url: string, namespace: string): PayloadCodec {
  const asked = async (path: 'encode' | 'decode', payloads: Payload[]): Promise<Payload[]> => {
    const response = await fetch(`${url.replace(/\/+$/, '')}/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-namespace': namespace },
      body: JSON.stringify({ payloads: payloads.map(toJson) }),
      signal: AbortSignal.timeout(30_000),
    });
    if (!response.ok) throw new Error(`the codec server at ${url} answers ${response.status}`);
    return ((await response.json()) as { payloads: JsonPayload[] }).payloads.map(fromJson);
  };
  return { encode: (payloads) => asked('encode', payloads), decode: (payloads) => asked('decode', payloads) };
}

function toJson({ metadata, data }: Payload): JsonPayload {
  return { metadata: Object.fromEntries(Object.entries(metadata ?? {}).map(([name, bytes]) => [name, base64(bytes)])), data: base64(data ?? new Uint8Array()) };
}

function fromJson({ metadata, data }: JsonPayload): Payload {
  return { metadata: Object.fromEntries(Object.entries(metadata ?? {}).map(([name, text]) => [name, bytesOf(text)])), data: bytesOf(data ?? '') };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

function bytesOf(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'base64'));
}
