// How a screen or document camera and the teacher's camera stand together in the picture, live and recorded; the teacher chooses.

/** `inset`: the camera in a corner of the screen. `sideBySide`: beside it, so that no text is ever covered. `cameraLarge`: the screen in a corner of the camera. */
export const recordingLayouts = ['inset', 'sideBySide', 'cameraLarge'] as const;
export type RecordingLayout = (typeof recordingLayouts)[number];
