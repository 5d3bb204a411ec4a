// The documents of the server; the contract is docs/api/openapi.json.

export type UploadState = 'waiting' | 'received' | 'processing' | 'ready' | 'failed' | 'superseded';

/** A finished picture in one size and format. Its URL never changes. */
export interface Asset {
  url: string;
  type: string;
  width: number;
  height: number;
  /** Bytes. */
  size: number;
}

/** A size of a picture. `alias` always shows the current one; `assets` are empty without a picture. */
export interface Variant {
  name: string;
  alias?: string;
  assets: readonly Asset[];
}

/** The current picture of somebody, as the people API and a finished upload tell it. */
export interface Manifest {
  is_default: boolean;
  variants: readonly Variant[];
}

export interface UploadStatus {
  upload_id: string;
  state: UploadState;
  reason?: string;
  detail?: string;
  assets?: readonly (Asset & { name: string })[];
}

interface SlotBase {
  key: string;
  upload_id: string;
  expires_at: string;
  status_url: string;
}

/** The right to upload one object. */
export type Slot =
  | (SlotBase & { method: 'PUT'; url: string; headers: Record<string, string> })
  | (SlotBase & { method: 'POST'; url: string; fields: Record<string, string> })
  | (SlotBase & {
      method: 'MULTIPART';
      part_size: number;
      part_count: number;
      parts_url: string;
      complete_url: string;
    });

export interface SignedPart {
  number: number;
  size: number;
  url: string;
  headers: Record<string, string>;
}

/** RFC 9457. */
export interface Problem {
  status?: number;
  code?: string;
  detail?: string;
  request_id?: string;
  errors?: { pointer: string; detail: string }[];
}
