import { app, Menu, type MenuItemConstructorOptions } from 'electron';
import { languageOf, type Notice, type Settings } from '../contract';

type Command = Notice<'menu.command'>['command'];

const WORDS = {
  en: {
    file: 'File',
    newProject: 'New project',
    open: 'Open files…',
    save: 'Save the conversation…',
    settings: 'Settings…',
    quit: 'Quit',
    close: 'Close window',
    edit: 'Edit',
    undo: 'Undo',
    redo: 'Redo',
    cut: 'Cut',
    copy: 'Copy',
    paste: 'Paste',
    selectAll: 'Select all',
    pictures: 'Pictures',
    sample: 'Take frames or a ring of views',
    capture: 'Take this frame or view',
    stop: 'Stop answering',
    view: 'View',
    actualSize: 'Actual size',
    larger: 'Larger',
    smaller: 'Smaller',
    fullScreen: 'Full screen',
    reload: 'Reload',
    devTools: 'Developer tools',
    help: 'Help',
    happened: 'What happened…',
  },
  zh: {
    file: '文件',
    newProject: '新建项目',
    open: '打开文件…',
    save: '保存对话…',
    settings: '设置…',
    quit: '退出',
    close: '关闭窗口',
    edit: '编辑',
    undo: '撤销',
    redo: '重做',
    cut: '剪切',
    copy: '复制',
    paste: '粘贴',
    selectAll: '全选',
    pictures: '图片',
    sample: '取帧或环拍视图',
    capture: '取当前帧或视图',
    stop: '停止回答',
    view: '显示',
    actualSize: '实际大小',
    larger: '放大',
    smaller: '缩小',
    fullScreen: '全屏',
    reload: '重新载入',
    devTools: '开发者工具',
    help: '帮助',
    happened: '发生了什么…',
  },
} as const;

/** The application menu, in the language of the settings. Its own entries are carried out by the page, which knows what is selected. */
export function setMenu(
  { language, keys }: Pick<Settings, 'language' | 'keys'>,
  choose: (command: Command) => void,
): void {
  const words = WORDS[languageOf(language, app.getLocale())];
  const own = (label: string, command: Command, accelerator?: string): MenuItemConstructorOptions => ({
    label,
    ...(accelerator === undefined ? {} : { accelerator }),
    click: () => choose(command),
  });
  const separator: MenuItemConstructorOptions = { type: 'separator' };
  const mac: MenuItemConstructorOptions[] = process.platform === 'darwin' ? [{ role: 'appMenu' }] : [];
  const developer: MenuItemConstructorOptions[] = app.isPackaged
    ? []
    : [{ role: 'reload', label: words.reload }, { role: 'toggleDevTools', label: words.devTools }, separator];
  Menu.setApplicationMenu(
    Menu.buildFromTemplate([
      ...mac,
      {
        label: words.file,
        submenu: [
          own(words.newProject, 'new-project', accelerator(keys['new'] ?? 'Mod+N')),
          own(words.open, 'open', accelerator(keys['open'] ?? 'Mod+O')),
          own(words.save, 'save-conversation', accelerator(keys['saveChat'] ?? 'Mod+S')),
          separator,
          own(words.settings, 'settings', accelerator(keys['settings'] ?? 'Mod+,')),
          separator,
          process.platform === 'darwin' ? { role: 'close', label: words.close } : { role: 'quit', label: words.quit },
        ],
      },
      {
        label: words.edit,
        submenu: [
          { role: 'undo', label: words.undo },
          { role: 'redo', label: words.redo },
          separator,
          { role: 'cut', label: words.cut },
          { role: 'copy', label: words.copy },
          { role: 'paste', label: words.paste },
          { role: 'selectAll', label: words.selectAll },
        ],
      },
      {
        label: words.pictures,
        submenu: [own(words.sample, 'sample'), own(words.capture, 'capture'), separator, own(words.stop, 'stop')],
      },
      {
        label: words.view,
        submenu: [
          ...developer,
          { role: 'resetZoom', label: words.actualSize },
          { role: 'zoomIn', label: words.larger },
          { role: 'zoomOut', label: words.smaller },
          { role: 'togglefullscreen', label: words.fullScreen },
        ],
      },
      { role: 'help', label: words.help, submenu: [own(words.happened, 'happened')] },
    ]),
  );
}

/** A key as Electron names it; none for a key without a modifier, which the page answers to unless one is writing. */
function accelerator(key: string): string | undefined {
  return /^Mod\+(Shift\+)?([A-Z0-9,]|F\d+)$/.test(key) ? key.replace('Mod', 'CmdOrCtrl') : undefined;
}
