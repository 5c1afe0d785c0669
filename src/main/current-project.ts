// SPDX-License-Identifier: Apache-2.0
import { say, sentenceIn, ZoetropeError, type Item, type Language, type Project, type SourceFile } from '../contract';
import { sourceName, type Library, type StoredSource } from '../library';

const FIRST_PROJECT = say`My project`;

/** Undoes an edit. Returns the function that redoes it, which returns the one that undoes it, and so on. */
export type Reversal = () => Reversal;

/** The length of the window's undo stack. */
const MOST_EDITS = 100;

/** The open project: its id, its sources, and how edits that removed something are undone. */
export class CurrentProject {
  #id: string;
  readonly #edits = new Map<string, Reversal>();
  /** Called before another project is opened. */
  onLeave: () => void = () => undefined;

  constructor(
    private readonly library: Library,
    private readonly language: () => Language,
    /** Open a new project and use the bundled model, now and at the next starts. Other projects are kept. */
    plain = false,
  ) {
    if (plain) {
      library.set('lastProject', library.projects.create(this.#firstName));
      library.set('modelFolder', null);
    }
    this.#id = this.#last();
    library.projects.deleteUntouched(this.#id);
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
    const id = this.library.projects.create(this.nameFor(name));
    this.library.conversations.setModel(id, this.library.conversations.model(this.#id)); // who works with a server goes on with it
    return this.#enter(id);
  }

  /** @throws if the project does not exist. */
  open(id: string): Project {
    this.library.readProject(id);
    return this.#enter(id);
  }

  /** Opens the project that was open last. Used after the library was restored from a backup. */
  reopen(): Project {
    return this.#enter(this.#last());
  }

  /** Opens the project and the conversation of a message. A message that is gone changes nothing. */
  showMessage(message: string): Project {
    const owner = this.library.conversations.projectOf(message);
    if (owner === undefined) return this.read();
    if (owner !== this.#id) this.#enter(owner);
    else this.onLeave();
    this.library.conversations.showMessage(owner, message);
    return this.read();
  }

  /** Deletes a project. If it is open, another one is opened, or a new one. Undone, it is opened again. */
  remove(id: string): Reversal {
    return () => {
      const wasOpen = id === this.#id;
      const putBack = this.library.projects.remove(id);
      if (wasOpen) this.#enter(this.#last());
      return () => {
        putBack();
        if (wasOpen) this.#enter(id);
        return this.remove(id);
      };
    };
  }

  /** The name entered by the user, or a default name. */
  nameFor(written: string): string {
    return written.trim() || this.#firstName;
  }

  /** Remembers how an edit is undone. If there are too many, the oldest is forgotten. */
  rememberEdit(edit: string, reversal: Reversal): void {
    this.#edits.set(edit, reversal);
    const [oldest] = this.#edits.keys();
    if (this.#edits.size > MOST_EDITS && oldest !== undefined) this.#edits.delete(oldest);
  }

  /** Undoes or redoes an edit. */
  reverseEdit(edit: string): Project {
    const reversal = this.#edits.get(edit);
    if (reversal) this.#edits.set(edit, reversal());
    return this.read();
  }

  /** @throws file-missing if the project has no such source. */
  source(id: string): StoredSource {
    const source = this.library.sources(this.#id).find((candidate) => candidate.id === id);
    if (source) return source;
    throw new ZoetropeError('file-missing', say`This file is no longer in the project.`, say`Open it again.`, id);
  }

  /** The source with this id, as it is sent to the engine. @throws file-missing */
  fileOf(id: string): SourceFile {
    return sourceFile(this.library, this.source(id));
  }

  get #firstName(): string {
    return sentenceIn(FIRST_PROJECT, this.language());
  }

  #last(): string {
    const last = this.library.get('lastProject') ?? '';
    const known = this.library.projects.list(last);
    const chosen = known.find(({ id }) => id === last) ?? known.find(({ archived }) => !archived) ?? known[0];
    return chosen?.id ?? this.library.projects.create(this.#firstName);
  }

  #enter(id: string): Project {
    this.onLeave();
    this.#edits.clear();
    this.#id = id;
    this.library.set('lastProject', id);
    return this.read();
  }
}

/** Converts a source to the form that is sent to the engine. */
export const sourceFile = (library: Library, source: StoredSource): SourceFile => ({
  ref: { id: source.id, name: sourceName(source) },
  path: source.path,
  subtitles: library.subtitleFiles(source.id),
});
