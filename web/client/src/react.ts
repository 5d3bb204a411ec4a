// Hooks over Uploader.

import { useEffect, useMemo, useSyncExternalStore } from 'react';
import type { Client } from './client.js';
import { Uploader, type UploadView } from './uploader.js';

export type Upload = UploadView & Pick<Uploader, 'upload' | 'retry' | 'cancel' | 'reset'>;

/** How far an uploader is, which may live longer than the component. */
export function useUploader(uploader: Uploader): Upload {
  const view = useSyncExternalStore(uploader.subscribe, uploader.getView, uploader.getView);
  const { upload, retry, cancel, reset } = uploader;
  return { ...view, upload, retry, cancel, reset };
}

/** Uploads of `collection` that live as long as the component. */
export function useUpload(client: Client, collection: string): Upload {
  const uploader = useMemo(() => new Uploader(client, collection), [client, collection]);
  useEffect(() => uploader.cancel, [uploader]);
  return useUploader(uploader);
}
