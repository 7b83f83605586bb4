import { Conversation, cardArticle } from './conversationKit';
import { articleCard } from '../../../cards/articleCard';
it('m', async () => {
  const c = new Conversation();
  await c.say('hello');
  const run = async (n: number, f: () => unknown) => { for (let i=0;i<n;i++) await f(); const t = process.cpuUsage(); for (let i=0;i<n;i++) await f(); const u = process.cpuUsage(t); return (u.user+u.system)/n; };
  const data = { articleId:'a', number:'n', title:'t', summary:'s', body:'b', kbRecordId:'k', openUrl:'https://x', language:'en', texts:{source:'s',readMore:'r',open:'o',helped:'h',notThis:'n',person:'p'} };
  const out: string[] = [];
  out.push('articleCard ' + await run(2000, () => articleCard(data)));
  out.push('typing turn ' + await run(1000, () => c.send({type:'typing'})));
  out.push('sure turn ' + await run(1000, () => c.say('where is my card')));
  out.push('none turn ' + await run(1000, () => c.say('qwertz')));
  out.push('carousel turn ' + await run(1000, () => c.say('what about money')));
  process.stdout.write(out.join('\n') + '\n');
});
