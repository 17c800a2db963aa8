// The light build of hls.js (no subtitles, no DRM, no alternate sound) comes without types of its own: they are those of the full one.
declare module 'hls.js/light' {
  export { default } from 'hls.js';
}
