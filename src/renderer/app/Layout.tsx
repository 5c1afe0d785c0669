import { Group, Panel, Separator, useDefaultLayout } from 'react-resizable-panels';
import { useTranslation } from 'react-i18next';
import { Conversation } from '../chat';
import { Library } from '../library';
import { isEmpty, useStore } from '../state';
import { Tray } from '../tray';
import { Stage } from './Stage';
import { Welcome } from './Welcome';
import { usePanes } from './panes';
import styles from './Layout.module.css';

export function Layout() {
  const { t } = useTranslation();
  const across = useDefaultLayout({ id: 'zoetrope.across', storage: localStorage });
  const down = useDefaultLayout({ id: 'zoetrope.down', storage: localStorage });
  const empty = useStore((s) => isEmpty(s.project));
  const { library, conversation, onLibrary, onConversation } = usePanes();

  return (
    <main className={styles.across}>
      <Group
        defaultLayout={across.defaultLayout}
        onLayoutChanged={across.onLayoutChanged}
      >
        <Panel
          id="library"
          panelRef={library}
          className={styles.pane ?? ''}
          collapsible
          defaultSize={216}
          minSize={160}
          maxSize={360}
          groupResizeBehavior="preserve-pixel-size"
          onResize={onLibrary}
        >
          <Library />
        </Panel>
        <Separator className={styles.upright ?? ''} aria-label={t('app.resizeLibrary')} />
        <Panel id="centre" minSize={380}>
          {empty ? (
            <Welcome />
          ) : (
            <Group
              orientation="vertical"
              defaultLayout={down.defaultLayout}
              onLayoutChanged={down.onLayoutChanged}
            >
              <Panel id="stage" className={styles.stage ?? ''} minSize={220}>
                <Stage />
              </Panel>
              <Separator className={styles.level ?? ''} aria-label={t('app.resizeTray')} />
              <Panel
                id="tray"
                className={styles.pane ?? ''}
                defaultSize={308}
                minSize={132}
                groupResizeBehavior="preserve-pixel-size"
              >
                <Tray />
              </Panel>
            </Group>
          )}
        </Panel>
        <Separator className={styles.upright ?? ''} aria-label={t('app.resizeConversation')} />
        <Panel
          id="conversation"
          panelRef={conversation}
          className={styles.pane ?? ''}
          collapsible
          defaultSize={392}
          minSize={300}
          maxSize={720}
          groupResizeBehavior="preserve-pixel-size"
          onResize={onConversation}
        >
          <Conversation />
        </Panel>
      </Group>
    </main>
  );
}
