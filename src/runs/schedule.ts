// SPDX-License-Identifier: Apache-2.0
/**
 * Puts questions about the same media side by side, so that these are opened and encoded once and their prompts share
 * their beginning. Groups, and questions within a group, keep their order.
 * @param mediaOf equal for questions about the same media.
 */
export function groupsOf<Question>(
  questions: Iterable<Question>,
  mediaOf: (question: Question) => string,
): Question[][] {
  const groups = new Map<string, Question[]>();
  for (const question of questions) {
    const key = mediaOf(question);
    const group = groups.get(key);
    if (group) group.push(question);
    else groups.set(key, [question]);
  }
  return [...groups.values()];
}
