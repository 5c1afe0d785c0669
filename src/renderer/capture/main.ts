import '../no-eval';
import { defaultStrategy, planViews, type PlannedView } from '../../capture';
import { toErrorInfo, ZoetropeError, type CaptureJob, type ErrorInfo, type ViewCapture } from '../../contract';
import { valueOf } from '../scene/reply';
import { captureViews, chooseEvenly, planCoverage, SceneFiles, SceneViewer, takePhotographs } from '../scene/viewer';

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
    const of = { source: job.source, sceneHash: await files.hash() };
    const handOver = async (view: ViewCapture): Promise<void> => valueOf(await window.zoetrope['capture.view'](view));
    const { photographs, bounds } = viewer;
    // Where there are real pictures with their cameras, they are the views, unless others are asked for.
    if (job.strategy === null && photographs.length > 0 && bounds) {
      await takePhotographs({ ...of, bounds, photographs: chooseEvenly(photographs, job.count) }, handOver);
    } else {
      await captureViews(viewer, { ...of, views: await plan(job, viewer) }, handOver);
    }
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
