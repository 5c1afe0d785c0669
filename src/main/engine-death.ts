import { ZoetropeError } from '../contract';

/** SIGKILL, as a wait status and as a shell's exit code: of all that ends a process so, unasked, only the system's want of memory is likely. */
const KILLED = [9, 137];

/** The error of every call that was under way when the engine's process ended. */
export function engineDied(code: number | undefined): ZoetropeError {
  const kept = 'It has been started again and your conversation is kept.';
  if (code !== undefined && KILLED.includes(code)) {
    return new ZoetropeError('engine-crashed', 'The system ended the model engine by force, most likely because memory ran out.', `${kept} Use fewer pictures or a smaller model, or close other programs, then ask again.`, `exit code ${code}`);
  }
  return new ZoetropeError('engine-crashed', 'The model engine stopped unexpectedly while answering.', `${kept} Ask again.`, code === undefined ? 'it is not running' : `exit code ${code}`);
}
