"""The names that the runtime of edge functions declares."""

from __future__ import annotations

# ECMAScript: https://tc39.es/ecma262/#sec-global-object
_LANGUAGE = """
    undefined NaN Infinity globalThis arguments eval isFinite isNaN parseFloat parseInt decodeURI decodeURIComponent
    encodeURI encodeURIComponent escape unescape Object Function Array Number Boolean String Symbol BigInt Date Promise
    RegExp Error AggregateError EvalError RangeError ReferenceError SyntaxError TypeError URIError SuppressedError JSON
    Math Intl Reflect Proxy Map Set WeakMap WeakSet WeakRef FinalizationRegistry Atomics Iterator AsyncIterator
    DisposableStack AsyncDisposableStack Temporal ArrayBuffer SharedArrayBuffer DataView Int8Array Uint8Array
    Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array Float16Array Float32Array Float64Array BigInt64Array
    BigUint64Array WebAssembly
"""
# What Deno takes from the web: https://docs.deno.com/api/web/
_WEB = """
    AbortController AbortSignal addEventListener alert atob Blob BroadcastChannel btoa ByteLengthQueuingStrategy Cache
    caches CacheStorage clearInterval clearTimeout close closed CloseEvent CompressionStream confirm console
    CountQueuingStrategy createImageBitmap crypto Crypto CryptoKey CustomEvent DecompressionStream dispatchEvent
    DOMException ErrorEvent Event EventSource EventTarget fetch File FileReader FormData Headers ImageBitmap ImageData
    localStorage location Location MessageChannel MessageEvent MessagePort navigator Navigator onerror onload onunload
    onbeforeunload onunhandledrejection Performance performance PerformanceEntry PerformanceMark PerformanceMeasure
    PerformanceObserver PerformanceObserverEntryList postMessage ProgressEvent PromiseRejectionEvent prompt
    queueMicrotask QuotaExceededError ReadableByteStreamController ReadableStream ReadableStreamBYOBReader
    ReadableStreamBYOBRequest ReadableStreamDefaultController ReadableStreamDefaultReader removeEventListener
    reportError Request Response self sessionStorage setInterval setTimeout Storage StorageEvent structuredClone
    SubtleCrypto TextDecoder TextDecoderStream TextEncoder TextEncoderStream TransformStream
    TransformStreamDefaultController URL URLPattern URLSearchParams WebSocket WebSocketError WebSocketStream window
    Window Worker WorkerGlobalScope WorkerLocation WorkerNavigator DedicatedWorkerGlobalScope WritableStream
    WritableStreamDefaultController WritableStreamDefaultWriter
"""
# https://docs.deno.com/api/deno/, https://docs.deno.com/runtime/fundamentals/node/#node.js-global-objects; the last two
# are Supabase's: https://supabase.com/docs/guides/functions/background-tasks, .../guides/functions/ai-models
_RUNTIME = """
    Deno Buffer process global setImmediate clearImmediate require module exports __dirname __filename EdgeRuntime
    Supabase
"""
EDGE_GLOBALS = frozenset((_LANGUAGE + _WEB + _RUNTIME).split())
