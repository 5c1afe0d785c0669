// SPDX-License-Identifier: Apache-2.0
import { useEffect, useMemo, useRef, useState } from 'react';
import { ArrowDown, MessageSquarePlus } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { firstNumbers } from '../../../sequence';
import { useKey } from '../../keys';
import { useServerOf } from '../../models';
import { newConversation, useStore } from '../../state';
import { ExportStatus } from '../../tray';
import { Button, cx, IconButton } from '../../ui';
import { AssistantMessage } from './AssistantMessage';
import { ChatMenu } from './ChatMenu';
import { Composer } from './Composer';
import { ConversationTitle } from './ConversationTitle';
import { Refusal } from './Refusal';
import { Suggestions } from './Suggestions';
import { Thinking } from './Thinking';
import { useShown } from './use-shown';
import { UserMessage } from './UserMessage';
import styles from './Conversation.module.css';

/** If a reader scrolls down to within this distance of the end, the view follows the end again. Pixels. */
const NEAR_END = 48;

export function Conversation() {
  const { t } = useTranslation();
  const messages = useStore((s) => s.project.messages);
  const conversation = useStore((s) => s.project.conversation);
  const live = useStore((s) => s.live);
  const askError = useStore((s) => s.askError);
  const goToMessage = useStore((s) => s.goToMessage);
  const { view, content, isAway, toLatest } = useFollow(conversation, live !== null, goToMessage);
  const tray = useStore((s) => s.project.tray);
  const firsts = useMemo(() => firstNumbers(messages, tray), [messages, tray]);
  const found = messages.findIndex(({ id }) => id === goToMessage?.message);
  const { shown, above } = useShown(conversation, found < 0 ? 0 : messages.length - found);
  const from = Math.max(0, messages.length - shown);
  const lastAnswer = messages.findLast((m) => m.role === 'assistant')?.id;

  return (
    <section className={styles.conversation} aria-label={t('chat.title')}>
      <header className={styles.head}>
        <ConversationTitle />
        <span className={styles.exported}>
          <ExportStatus of="chat" />
        </span>
        <ChatMenu />
        <IconButton
          label={t('chat.new')}
          keys={useKey('newConversation')}
          isDisabled={messages.length === 0}
          onPress={() => void newConversation()}
          data-testid="new-conversation"
        >
          <MessageSquarePlus />
        </IconButton>
      </header>
      <div className={styles.view}>
        <div className={styles.scroll} ref={view} tabIndex={0} role="log" aria-label={t('chat.log')}>
          <div ref={content}>
            {messages.length === 0 && !live && <Empty />}
            {from > 0 && <div ref={above} aria-hidden />}
            <ol className={styles.list} start={from + 1}>
              {messages.slice(from).map((message) => (
                <li
                  key={message.id}
                  data-message={message.id}
                  className={cx(message.id === goToMessage?.message && styles.found)}
                >
                  {message.role === 'user' ? (
                    <UserMessage message={message} first={firsts.get(message.id) ?? 1} busy={live !== null} />
                  ) : (
                    <AssistantMessage
                      message={message}
                      live={live?.answer === message.id ? live : null}
                      last={message.id === lastAnswer}
                      busy={live !== null}
                    />
                  )}
                </li>
              ))}
              {live && live.answer === null && !live.beside && (
                <li>
                  <Thinking live={live} />
                </li>
              )}
            </ol>
            {askError && (
              <div className={styles.error}>
                <Refusal error={askError} />
              </div>
            )}
          </div>
        </div>
        {isAway && (
          <Button size="small" className={styles.latest} onPress={toLatest} data-testid="latest">
            <ArrowDown aria-hidden />
            {t('chat.latest')}
          </Button>
        )}
      </div>
      <Suggestions />
      <Composer />
    </section>
  );
}

function Empty() {
  const { t } = useTranslation();
  const server = useServerOf(useStore((s) => s.project.model)); // the composer says when something leaves
  return (
    <div className={styles.empty}>
      <p>{t('chat.empty')}</p>
      {server?.loopback !== false && (
        <p className={styles.private}>{server ? t('chat.privateServer', { name: server.name }) : t('chat.private')}</p>
      )}
    </div>
  );
}

/**
 * Keeps the end of the conversation in view when sizes change, unless the reader scrolled up. Asking a question or
 * opening a conversation scrolls to the end again. `goTo`: a message to be scrolled to.
 */
function useFollow(conversation: string, asking: boolean, goTo: { message: string } | null) {
  const view = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const following = useRef(true);
  const toEnd = useRef<() => void>(() => undefined);
  const [isAway, setIsAway] = useState(false);
  useEffect(() => {
    const [outer, inner] = [view.current, content.current];
    if (!outer || !inner) return;
    let top = outer.scrollTop;
    toEnd.current = () => {
      if (following.current) outer.scrollTop = outer.scrollHeight;
      top = outer.scrollTop;
    };
    const onScroll = () => {
      const left = outer.scrollHeight - outer.scrollTop - outer.clientHeight;
      // Only scrolling up counts as leaving the end; new content also increases the distance.
      if (left > 1 && outer.scrollTop < top) following.current = false;
      else if (left < NEAR_END) following.current = true;
      top = outer.scrollTop;
      setIsAway(!following.current && left >= NEAR_END);
    };
    const observer = new ResizeObserver(() => toEnd.current());
    observer.observe(outer);
    observer.observe(inner);
    outer.addEventListener('scroll', onScroll, { passive: true });
    return () => {
      observer.disconnect();
      outer.removeEventListener('scroll', onScroll);
    };
  }, []);
  useEffect(() => {
    following.current = true;
    toEnd.current();
  }, [conversation]);
  useEffect(() => {
    if (!asking) return;
    following.current = true;
    toEnd.current();
  }, [asking]);
  useEffect(() => {
    const found = goTo && content.current?.querySelector(`[data-message="${goTo.message}"]`);
    if (!found) return;
    following.current = false;
    found.scrollIntoView({ block: 'center' });
  }, [goTo]);
  const toLatest = () => {
    following.current = true;
    toEnd.current();
  };
  return { view, content, isAway, toLatest };
}
