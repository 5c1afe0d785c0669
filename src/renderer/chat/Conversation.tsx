import { useEffect, useMemo, useRef } from 'react';
import { Eraser } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { firstNumbers } from '../../sequence';
import { clearConversation, useStore } from '../state';
import { ExportStatus } from '../tray';
import { IconButton } from '../ui';
import { AssistantMessage } from './AssistantMessage';
import { ChatMenu } from './ChatMenu';
import { Composer } from './Composer';
import { Refusal } from './Refusal';
import { Suggestions } from './Suggestions';
import { Thinking } from './Thinking';
import { UserMessage } from './UserMessage';
import styles from './Conversation.module.css';

const NEAR_END = 48;

export function Conversation() {
  const { t } = useTranslation();
  const messages = useStore((s) => s.project.messages);
  const live = useStore((s) => s.live);
  const askError = useStore((s) => s.askError);
  const scroll = useFollow(`${messages.length} ${live?.text.length ?? ''} ${askError ? 1 : 0}`);
  const tray = useStore((s) => s.project.tray);
  const firsts = useMemo(() => firstNumbers(messages, tray), [messages, tray]);
  const lastAnswer = messages.findLast((m) => m.role === 'assistant')?.id;

  return (
    <section className={styles.conversation} aria-label={t('chat.title')}>
      <header className={styles.head}>
        <h2 className={styles.title}>{t('chat.title')}</h2>
        <span className={styles.exported}>
          <ExportStatus of="chat" />
        </span>
        <ChatMenu />
        <IconButton label={t('chat.clear')} isDisabled={messages.length === 0} onPress={() => void clearConversation()}>
          <Eraser />
        </IconButton>
      </header>
      <div className={styles.scroll} ref={scroll} tabIndex={0} role="log" aria-label={t('chat.log')}>
        {messages.length === 0 && !live && <Empty />}
        <ol className={styles.list}>
          {messages.map((message) => (
            <li key={message.id}>
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
          {live && live.answer === null && (
            <li>
              <Thinking progress={live.progress} />
            </li>
          )}
        </ol>
        {askError && (
          <div className={styles.error}>
            <Refusal error={askError} />
          </div>
        )}
      </div>
      <Suggestions />
      <Composer />
    </section>
  );
}

function Empty() {
  const { t } = useTranslation();
  return (
    <div className={styles.empty}>
      <p>{t('chat.empty')}</p>
      <p className={styles.private}>{t('chat.private')}</p>
    </div>
  );
}

/** Keeps the end in view while it grows, unless the reader has scrolled away from it. */
function useFollow(growth: string) {
  const ref = useRef<HTMLDivElement>(null);
  const following = useRef(true);
  useEffect(() => {
    const element = ref.current;
    if (!element) return;
    const onScroll = () => {
      following.current = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_END;
    };
    element.addEventListener('scroll', onScroll, { passive: true });
    return () => element.removeEventListener('scroll', onScroll);
  }, []);
  useEffect(() => {
    if (following.current && ref.current) ref.current.scrollTop = ref.current.scrollHeight;
  }, [growth]);
  return ref;
}
