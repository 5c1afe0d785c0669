// SPDX-License-Identifier: Apache-2.0
import { contextBridge, ipcRenderer, webUtils } from 'electron';
import {
  callOf,
  namesFrom,
  noticeChannel,
  notices,
  PAGES,
  streamChannel,
  type CallName,
  type NoticeName,
  type Reply,
  type StreamMessage,
  type StreamName,
  type ZoetropeBridge,
} from '../contract';

/** One named function for each call. A page can reach these and nothing else; the main process checks every request. */

const isStream = (name: CallName): name is StreamName => callOf(name).event !== undefined;

const call = (name: CallName) => (request: unknown) => ipcRenderer.invoke(name, request);

const stream = (name: StreamName) => (request: unknown, onEvent: (event: unknown) => void) => {
  const { port1, port2 } = new MessageChannel();
  const result = new Promise<Reply<unknown>>((resolve) => {
    port1.onmessage = ({ data }: MessageEvent<StreamMessage>) => {
      if (data.type === 'event') return onEvent(data.event);
      resolve(data.type === 'done' ? { ok: true, value: data.value } : { ok: false, error: data.error });
      port1.close();
    };
  });
  ipcRenderer.postMessage(streamChannel(name), request, [port2]);
  return { result, cancel: () => port1.postMessage({ type: 'cancel' }) };
};

const bridge = {
  ...Object.fromEntries(namesFrom(...PAGES).map((name) => [name, isStream(name) ? stream(name) : call(name)])),
  on(name: NoticeName, listener: (notice: unknown) => void) {
    if (!(name in notices)) throw new Error(`no such notice: ${name}`);
    const channel = noticeChannel(name);
    const receive = (_event: unknown, notice: unknown): void => listener(notice);
    ipcRenderer.on(channel, receive);
    return () => void ipcRenderer.off(channel, receive);
  },
  addFiles(files: File[]) {
    const paths = files.map((file) => webUtils.getPathForFile(file)).filter((path) => path !== '');
    return ipcRenderer.invoke('source.add' satisfies CallName, { paths });
  },
} as unknown as ZoetropeBridge;

contextBridge.exposeInMainWorld('zoetrope', bridge);
