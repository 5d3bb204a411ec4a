// What can go wrong, one class each, and what the person can do next.

/** What helps: another file, the same again, signing in, waiting, or nothing that a person can do. */
export type NextStep = 'choose_another' | 'try_again' | 'sign_in' | 'wait' | 'none';

export interface ErrorDetails {
  /** Of the answer, if there was one. */
  status?: number;
  /** What the server says to people, in English. */
  detail?: string;
  /** Names the request in the server's log. */
  requestId?: string;
  cause?: unknown;
}

/** The parent of all errors of this package. `code` is stable, for programs. */
export abstract class TintypeError extends Error {
  abstract readonly code: string;
  abstract readonly next: NextStep;
  readonly status: number | undefined;
  readonly detail: string | undefined;
  readonly requestId: string | undefined;

  constructor(message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = new.target.name;
    this.status = details.status;
    this.detail = details.detail;
    this.requestId = details.requestId;
  }
}

/** Nobody answers: no network, no server, a connection that was cut, as often as it was tried. */
export class NetworkError extends TintypeError {
  readonly code = 'network';
  readonly next = 'try_again';
}

/** No valid token, also after asking once for a fresh one. */
export class SessionEndedError extends TintypeError {
  readonly code = 'session_ended';
  readonly next = 'sign_in';
}

/** The collection does not take this type of file. */
export class UnsupportedTypeError extends TintypeError {
  readonly code = 'unsupported_type';
  readonly next = 'choose_another';
}

/** More bytes than the collection takes. */
export class TooLargeError extends TintypeError {
  readonly code = 'too_large';
  readonly next = 'choose_another';
}

/** More pixels than the collection takes. */
export class TooManyPixelsError extends TintypeError {
  readonly code = 'too_many_pixels';
  readonly next = 'choose_another';
}

/** A file without a byte. */
export class EmptyFileError extends TintypeError {
  readonly code = 'empty_file';
  readonly next = 'choose_another';
}

/** Over a limit of this person: too many at once, in an hour or in a day. */
export class LimitError extends TintypeError {
  readonly code = 'limit';
  readonly next = 'wait';
  /** Seconds, as the server says. */
  readonly retryAfterS: number;
  constructor(message: string, retryAfterS: number, details: ErrorDetails = {}) {
    super(message, details);
    this.retryAfterS = retryAfterS;
  }
}

/** The right to upload expired before the file had arrived, and so did the one after it. */
export class SlotExpiredError extends TintypeError {
  readonly code = 'slot_expired';
  readonly next = 'try_again';
}

/** The bucket does not take the bytes. */
export class StorageError extends TintypeError {
  readonly code = 'storage';
  readonly next = 'try_again';
}

/** The server has a problem, as often as it was tried. */
export class ServerError extends TintypeError {
  readonly code = 'server';
  readonly next = 'try_again';
}

/** The request was understood and refused. */
export class RefusedError extends TintypeError {
  readonly code = 'refused';
  readonly next = 'none';
}

/** The file arrived and could not become a picture. `reason` is the server's, for programs. */
export class ProcessingError extends TintypeError {
  readonly code = 'processing';
  readonly next: NextStep;
  readonly reason: string;
  constructor(message: string, reason: string, details: ErrorDetails = {}) {
    super(message, details);
    this.reason = reason;
    this.next = reason === 'internal' ? 'try_again' : 'choose_another';
  }
}

/** The file arrived, and then there was no news of it. It may still become the picture. */
export class NoNewsError extends TintypeError {
  readonly code = 'no_news';
  readonly next = 'wait';
}

/** Somebody cancelled, here or elsewhere. Nothing has changed. */
export class CancelledError extends TintypeError {
  readonly code = 'cancelled';
  readonly next = 'none';
}
