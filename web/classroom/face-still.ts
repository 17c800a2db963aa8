// A still of a camera for a face check: 640 pixels wide, JPEG, at most 200 KB.

export const stillWidth = 640;
export const stillMaxBytes = 200_000;
const qualities = [0.88, 0.75, 0.6, 0.45] as const;

/** Size of the still of a picture; small cameras are never blown up. */
export function stillSize(width: number, height: number): { width: number; height: number } {
  const scale = Math.min(1, stillWidth / width);
  return { width: Math.round(width * scale), height: Math.round(height * scale) };
}

/** Null while the camera has shown nothing yet. */
export async function takeStill(video: HTMLVideoElement): Promise<Blob | null> {
  if (video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA || video.videoWidth === 0) return null;
  const size = stillSize(video.videoWidth, video.videoHeight);
  const canvas = Object.assign(document.createElement('canvas'), size);
  canvas.getContext('2d')?.drawImage(video, 0, 0, size.width, size.height);
  let smallest: Blob | null = null;
  for (const quality of qualities) {
    smallest = await new Promise<Blob | null>((done) => { canvas.toBlob(done, 'image/jpeg', quality); });
    if (smallest && smallest.size <= stillMaxBytes) return smallest;
  }
  return smallest;
}
