export { type Client, type ClientOptions, createClient } from './client.js';
export * from './errors.js';
export type { Ask } from './http.js';
export type { RetryPolicy } from './retry.js';
export type { Asset, Manifest, Problem, Slot, UploadState, UploadStatus, Variant } from './types.js';
export type { UploadEvent, UploadOptions, UploadPhase, UploadResult } from './upload.js';
export { aliasUrl, manifestUrl, type PictureSource, sources, srcset, type UrlOptions } from './url.js';
export { Uploader, type UploadView } from './uploader.js';
