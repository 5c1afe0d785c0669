// SPDX-License-Identifier: Apache-2.0
import { useRef, type ReactNode } from 'react';
import {
  Header,
  Menu as AriaMenu,
  MenuItem as AriaItem,
  MenuSection,
  MenuTrigger,
  Popover,
  Separator,
} from 'react-aria-components';
import styles from './Menu.module.css';

export function Menu({ trigger, label, children }: { trigger: ReactNode; label: string; children: ReactNode }) {
  return (
    <MenuTrigger>
      {trigger}
      <Popover offset={4} className={styles.popover ?? ''}>
        <AriaMenu aria-label={label} className={styles.menu ?? ''}>
          {children}
        </AriaMenu>
      </Popover>
    </MenuTrigger>
  );
}

interface MenuItemProps {
  icon?: ReactNode;
  children: string;
  note?: string | undefined;
  onAction: () => void;
  isDisabled?: boolean;
}

export function MenuItem({ icon, children, note, onAction, isDisabled }: MenuItemProps) {
  return (
    <AriaItem textValue={children} onAction={onAction} isDisabled={isDisabled ?? false} className={styles.item ?? ''}>
      <span className={styles.icon}>{icon}</span>
      <span className={styles.text}>{children}</span>
      {note && <span className={styles.note}>{note}</span>}
    </AriaItem>
  );
}

/** Items with a heading. */
export function MenuGroup({
  label,
  note,
  children,
}: {
  label: string;
  note?: string | undefined;
  children: ReactNode;
}) {
  return (
    <MenuSection aria-label={label} className={styles.group ?? ''}>
      <Header className={styles.head ?? ''}>
        <span className={styles.text}>{label}</span>
        {note && <span className={styles.note}>{note}</span>}
      </Header>
      {children}
    </MenuSection>
  );
}

export const MenuLine = () => <Separator className={styles.line ?? ''} />;

interface MenuAtProps {
  label: string;
  /** Where it opens, in pixels of the window; null: it is closed. */
  place: { x: number; y: number } | null;
  onClose: () => void;
  children: ReactNode;
}

/** A menu at a point of the window, such as the pointer. Its first entry has the focus. */
export function MenuAt({ label, place, onClose, children }: MenuAtProps) {
  const anchor = useRef<HTMLSpanElement>(null);
  return (
    <>
      <span ref={anchor} className={styles.anchor} style={{ left: place?.x ?? 0, top: place?.y ?? 0 }} aria-hidden />
      <Popover
        key={place ? `${place.x} ${place.y}` : 'closed'}
        aria-label={label}
        isOpen={place !== null}
        onOpenChange={(open) => !open && onClose()}
        triggerRef={anchor}
        placement="bottom start"
        offset={0}
        className={styles.popover ?? ''}
      >
        <AriaMenu
          aria-label={label}
          className={styles.menu ?? ''}
          autoFocus="first"
          onClose={onClose}
          data-testid="context-menu"
        >
          {children}
        </AriaMenu>
      </Popover>
    </>
  );
}
