import '../no-eval';
import { defaultStrategy, planViews, type PlannedView } from '../../capture';
import { toErrorInfo, ZoetropeError, type CaptureJob, type ErrorInfo } from '../../contract';
import { valueOf } from '../scene/reply';
import { captureViews, planCoverage, SceneFiles, SceneViewer } from '../scene/viewer';

/**
 * The hidden page behind the command line's views: it asks for its job, hands over the pictures in order, and says
 * how it ended. It draws with the same viewer as the window, so its pictures are the window's.
 */
async function work(): Promise<void> {
  const job = valueOf(await window.zoetrope['capture.job'](undefined));
  const files = await SceneFiles.open(job.source, 'The scene');
  const viewer = new SceneViewer({ interactive: false });
  try {
    await viewer.load(files);
    const order = { source: job.source, sceneHash: await files.hash(), views: await plan(job, viewer) };
    await captureViews(viewer, order, async (view) => valueOf(await window.zoetrope['capture.view'](view)));
  } finally {
    viewer.dispose();
  }
}

async function plan({ strategy, count, size, seed }: CaptureJob, viewer: SceneViewer): Promise<PlannedView[]> {
  const { bounds, facts } = viewer;
  if (!bounds || !facts) throw new ZoetropeError('capture-failed', 'There is no scene to take a picture of.', 'Open a 3D scene first.');
  const asked = strategy ?? defaultStrategy(facts.room);
  return asked === 'coverage' ? planCoverage(viewer, { count, size, seed }) : planViews({ strategy: asked, bounds, count, size, seed });
}

const finish = (error: ErrorInfo | null) => window.zoetrope['capture.finish']({ error });

work().then(
  () => finish(null),
  (thrown: unknown) => finish(toErrorInfo(thrown)),
);
