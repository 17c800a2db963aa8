// Labels of programs that pretend to be a camera, as they give themselves, and of real cameras.
import { expect, it } from 'vitest';
import { knownCamera } from './cameras.ts';

it.each([
  ['OBS Virtual Camera', 'obs'], ['OBS-Camera', 'obs'], ['ManyCam Virtual Webcam', 'manycam'], ['Snap Camera', 'snap'], ['XSplit VCam', 'xsplit'], ['v4l2loopback', 'v4l2loopback'],
  ['Dummy video device (0x0000)', 'v4l2loopback'], ['e2eSoft VCam', 'vcam'], ['Unity Video Capture', 'unity'], ['SplitCam Video Driver', 'splitcam'], ['NDI Webcam Video 1', 'ndi'],
  ['screen-capture-recorder', 'screen_capture'], ['Some Virtual Camera', 'other_virtual'], ['某某虚拟摄像头', 'other_virtual'], ['CyberLink YouCam 9', 'youcam'], ['NVIDIA Broadcast', 'nvidia_broadcast'],
])('knows %s as %s', (label, camera) => expect(knownCamera(label)?.camera).toBe(camera));

it.each(['DroidCam Source 3', 'Iriun Webcam', 'EpocCam Camera', 'iVCam', 'Camo'])('takes %s, a phone, for a weak sign', (label) => expect(knownCamera(label)!.strength).toBeLessThan(0.2));

it.each(['fake_device_0', 'fake_device_1 (1234:abcd)', '/tmp/e2e/learner.y4m', 'C:\\films\\face.mjpeg'])('knows %s as the camera of a test browser', (label) =>
  expect(knownCamera(label)).toEqual({ camera: 'test_browser', strength: 1 }));

it.each([
  '', 'FaceTime HD Camera', 'Integrated Webcam (0bda:5634)', 'HD Pro Webcam C920', 'camera2 1, facing front', '前置相机', 'Robson’s iPhone Camera', 'Jobs Camera', 'Camouflage Cam',
])('says nothing of %s', (label) =>
  expect(knownCamera(label)).toBeNull());
