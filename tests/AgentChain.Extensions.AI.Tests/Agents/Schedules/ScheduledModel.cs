using System.Runtime.CompilerServices;
using System.Text.Json;
using AgentChain.Simulation;
using Microsoft.Extensions.AI;

namespace AgentChain.Extensions.AI.Tests.Agents.Schedules;

/// <summary>A model that says what the plan says for the last question and the round, and checks the messages that it gets.</summary>
sealed class ScheduledModel(VirtualWorld world, Plan plan, ScheduleLog log)
{
    public ScriptedClient Client => field ??= new ScriptedClient((messages, _, token) => AnswerAsync(messages, token));

    async IAsyncEnumerable<ChatResponseUpdate> AnswerAsync(
        IReadOnlyList<ChatMessage> messages, [EnumeratorCancellation] CancellationToken token)
    {
        log.Check(History.IsWhole(messages), $"The model got {string.Join('\n', messages.Lines())}");
        int asked = messages.ToList().FindLastIndex(message => message.Role == ChatRole.User);
        string question = messages[asked].Text;
        log.Check(
            messages.Take(asked).Where(one => one.Role == ChatRole.User).All(one => log.Finals.Contains(one.Text)),
            "A question that was not final is in the history.");
        int round = messages.Skip(asked).Count(message => message.Role == ChatRole.Assistant);
        foreach (object step in plan.Steps(question, round))
        {
            switch (step)
            {
                case int ms:
                    await world.Delay(ms, plan.ModelIsDeaf(question) ? CancellationToken.None : token);
                    break;
                case string word:
                    log.Said(word);
                    yield return new ChatResponseUpdate(ChatRole.Assistant, word);
                    break;
                case PlannedCall call:
                    yield return new ChatResponseUpdate(ChatRole.Assistant, [Content(call, question)]);
                    break;
                default:
                    throw new IOException("planned");
            }
        }
    }

    static FunctionCallContent Content(PlannedCall call, string question) => new(
        call.Id,
        call.Flaw == Flaw.UnknownTool ? "nothing" : call.Tool,
        new Dictionary<string, object?> { ["q"] = question, ["n"] = call.Flaw == Flaw.WrongArguments ? "one" : call.N })
    {
        Exception = call.Flaw == Flaw.Unparsed ? new JsonException() : null,
    };
}
