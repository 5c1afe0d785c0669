// SPDX-License-Identifier: Apache-2.0
import { say, sentenceIn, ZoetropeError, type Item, type Language, type Project, type SourceFile } from '../contract';
import { sourceName, type Library, type StoredSource } from '../library';

const FIRST_PROJECT = say`My project`;

/** Takes an edit back, or makes it again; what it returns does the opposite. */
export type Reversal = () => Reversal;

/** As many edits as the window's undo goes back over. */
const MOST_EDITS = 100;

/** The project that is open: which one, what its sources are, and how edits of it that remove something are undone. */
export class CurrentProject {
  #id: string;
  readonly #edits = new Map<string, Reversal>();
  /** Called before another project is entered. */
  onLeave: () => void = () => undefined;

  constructor(
    private readonly library: Library,
    private readonly language: () => Language,
    /** Begins with a new project and the bundled model, as at the next starts: the others stay where they are. */
    plain = false,
  ) {
    if (plain) {
      library.set('lastProject', library.createProject(this.#firstName));
      library.set('modelFolder', null);
    }
    this.#id = this.#last();
  }

  get id(): string {
    return this.#id;
  }

  read(): Project {
    return this.library.readProject(this.#id);
  }

  get tray(): Item[] {
    return this.library.tray(this.#id);
  }

  create(name: string): Project {
    return this.#enter(this.library.createProject(this.nameFor(name)));
  }

  /** @throws for a project that is not there. */
  open(id: string): Project {
    this.library.readProject(id);
    return this.#enter(id);
  }

  /** Opens the one that was open last, after the library was exchanged. */
  reopen(): Project {
    return this.#enter(this.#last());
  }

  /** A name as the user wrote it, or the first project's. */
  nameFor(written: string): string {
    return written.trim() || this.#firstName;
  }

  /** Remembers how an edit is undone; the oldest is forgotten first. */
  rememberEdit(edit: string, reversal: Reversal): void {
    this.#edits.set(edit, reversal);
    const [oldest] = this.#edits.keys();
    if (this.#edits.size > MOST_EDITS && oldest !== undefined) this.#edits.delete(oldest);
  }

  forgetEdit(edit: string): void {
    this.#edits.delete(edit);
  }

  /** Undoes an edit, or makes it again. */
  reverseEdit(edit: string): Project {
    const reversal = this.#edits.get(edit);
    if (reversal) this.#edits.set(edit, reversal());
    return this.read();
  }

  /** @throws file-missing for a source that is not of this project. */
  source(id: string): StoredSource {
    const source = this.library.sources(this.#id).find((candidate) => candidate.id === id);
    if (source) return source;
    throw new ZoetropeError('file-missing', say`This file is no longer in the project.`, say`Open it again.`, id);
  }

  /** The same as the engine is told. */
  fileOf(id: string): SourceFile {
    return sourceFile(this.library, this.source(id));
  }

  get #firstName(): string {
    return sentenceIn(FIRST_PROJECT, this.language());
  }

  #last(): string {
    const known = this.library.listProjects();
    const last = this.library.get('lastProject');
    return (
      known.find((project) => project.id === last)?.id ?? known[0]?.id ?? this.library.createProject(this.#firstName)
    );
  }

  #enter(id: string): Project {
    this.onLeave();
    this.#edits.clear();
    this.#id = id;
    this.library.set('lastProject', id);
    return this.read();
  }
}

/** A source as the engine is told of it. */
export const sourceFile = (library: Library, source: StoredSource): SourceFile => ({
  ref: { id: source.id, name: sourceName(source) },
  path: source.path,
  subtitles: library.subtitleFiles(source.id),
});
