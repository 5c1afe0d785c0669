// SPDX-License-Identifier: Apache-2.0
import { Group, Panel, Separator } from 'react-resizable-panels';
import { useTranslation } from 'react-i18next';
import { Conversation } from '../panes/chat';
import { Library } from '../panes/library';
import { isEmpty, useStore } from '../state';
import { Tray } from '../tray';
import { Stage } from './Stage';
import { Welcome } from './Welcome';
import { firstSize, LEAST, usePaneState, usePanes } from './panes';
import styles from './Layout.module.css';

export function Layout() {
  const { t } = useTranslation();
  const empty = useStore((s) => isEmpty(s.project));
  const { library, conversation, tray, area, onResized } = usePanes(empty);
  const folded = {
    library: usePaneState((s) => s.library.folded),
    conversation: usePaneState((s) => s.conversation.folded),
  };

  return (
    <main ref={area} className={styles.across}>
      <Group onLayoutChanged={onResized}>
        <Panel
          id="library"
          panelRef={library}
          className={styles.pane ?? ''}
          collapsible
          defaultSize={firstSize('library')}
          minSize={LEAST.library}
          maxSize={360}
          groupResizeBehavior="preserve-pixel-size"
        >
          <div inert={folded.library} className={styles.within}>
            <Library />
          </div>
        </Panel>
        <Separator className={styles.upright ?? ''} aria-label={t('app.resizeLibrary')} />
        <Panel id="centre" minSize={320}>
          <section className={styles.within} aria-label={t('app.stage')}>
            {empty ? (
              <Welcome />
            ) : (
              <Group orientation="vertical" onLayoutChanged={onResized}>
                <Panel id="stage" className={styles.stage ?? ''} minSize={220}>
                  <Stage />
                </Panel>
                <Separator className={styles.level ?? ''} aria-label={t('app.resizeTray')} />
                <Panel
                  id="tray"
                  panelRef={tray}
                  className={styles.pane ?? ''}
                  defaultSize={firstSize('tray')}
                  minSize={LEAST.tray}
                  groupResizeBehavior="preserve-pixel-size"
                >
                  <Tray />
                </Panel>
              </Group>
            )}
          </section>
        </Panel>
        <Separator className={styles.upright ?? ''} aria-label={t('app.resizeConversation')} />
        <Panel
          id="conversation"
          panelRef={conversation}
          className={styles.pane ?? ''}
          collapsible
          defaultSize={firstSize('conversation')}
          minSize={LEAST.conversation}
          maxSize={720}
          groupResizeBehavior="preserve-pixel-size"
        >
          <div inert={folded.conversation} className={styles.within}>
            <Conversation />
          </div>
        </Panel>
      </Group>
    </main>
  );
}
