// SPDX-License-Identifier: Apache-2.0
import { useTranslation } from 'react-i18next';
import { NO_SETUP, type Item, type Source } from '../../../contract';
import type { SceneFacts, SceneViewer } from '../../../scene';
import { hoverItem, notify, removeItems, setSetup, useNumbers, useStore } from '../../state';
import { useKept } from '../../ui';
import { Bookmarks } from './Bookmarks';
import { CameraList } from './CameraList';
import { FactsSection, UnitsSection } from './FactsSection';
import { LightSection } from './LightSection';
import { Measures } from './Measures';
import { ObjectTree } from './ObjectTree';
import { PANEL_TABS, PanelTabs } from './PanelTabs';
import { cameraName } from './PosesButton';
import { Section, SidePanel } from './SidePanel';
import type { useInspection } from './use-inspection';

interface ScenePanelProps {
  source: Source;
  viewer: SceneViewer;
  facts: SceneFacts;
  /** Views of this scene in the tray. */
  items: Item[];
  selected: string | null;
  inspection: ReturnType<typeof useInspection>;
  onSelect: (itemId: string | null) => void;
  /** Moves the camera to where a view was taken. */
  onFly: (itemId: string) => void;
  onChoose: (path: string | null) => void;
  /** Highlights a measurement in the scene. */
  onLight: (measure: string | null) => void;
}

/** The panel beside the scene: views and bookmarks, objects, and light, measurements and contents. */
export function ScenePanel(props: ScenePanelProps) {
  const { source, viewer, facts, items, selected, inspection, onSelect, onFly } = props;
  const { t } = useTranslation();
  const [tab, setTab] = useKept('scene.tab', PANEL_TABS, 'views');
  const numbers = useNumbers();
  const hovered = useStore((s) => s.hovered);
  const setup = useStore((s) => s.project.setups[source.id] ?? NO_SETUP);
  const change = (changed: Partial<typeof setup>): void => setSetup(source.id, { ...setup, ...changed });
  const { object, shown, units, renderSettings, measuring } = inspection;
  return (
    <SidePanel>
      <PanelTabs
        tab={tab}
        onTab={setTab}
        panels={{
          views: (
            <>
              <Section title={t('scene.cameras')}>
                <CameraList
                  numbers={numbers}
                  views={items}
                  selected={selected}
                  hovered={hovered}
                  onSelect={onSelect}
                  onHover={hoverItem}
                  onVisit={onFly}
                  onRemove={(id) => removeItems([id])}
                />
              </Section>
              <Section title={t('scene.bookmarks')}>
                <Bookmarks
                  bookmarks={setup.bookmarks}
                  onChange={(bookmarks) => change({ bookmarks })}
                  onTake={(name) => ({ id: crypto.randomUUID(), name, pose: viewer.pose, fovY: viewer.fovY })}
                  onVisit={({ pose, fovY }) => viewer.flyTo(pose, fovY)}
                  onGiven={(camera) => ({
                    id: crypto.randomUUID(),
                    name: cameraName(camera),
                    ...viewer.givenCamera(camera),
                  })}
                  onError={notify}
                />
              </Section>
            </>
          ),
          objects: (
            <ObjectTree
              tree={inspection.tree}
              shown={shown}
              onShown={inspection.setShown}
              chosen={object?.path ?? null}
              onChoose={props.onChoose}
              onVisit={inspection.visit}
            />
          ),
          scene: (
            <>
              <Section title={t('scene.lightTitle')}>
                <LightSection
                  settings={renderSettings}
                  fileLights={facts.lights > 0}
                  onPreview={(preview) => viewer.setRenderSettings(preview)}
                  onSettings={(changed) => change({ look: changed })}
                />
              </Section>
              <Section title={t('scene.measures')}>
                <Measures
                  measures={setup.measures}
                  units={units}
                  measuring={measuring}
                  onChange={(measures) => change({ measures })}
                  onHover={props.onLight}
                  onMeasure={() => inspection.measure(true)}
                />
              </Section>
              <Section title={t('scene.units')}>
                <UnitsSection format={facts.format} units={units} onUnits={(changed) => change({ units: changed })} />
              </Section>
              <Section title={t('scene.facts')}>
                <FactsSection facts={facts} units={units} />
              </Section>
            </>
          ),
        }}
      />
    </SidePanel>
  );
}
