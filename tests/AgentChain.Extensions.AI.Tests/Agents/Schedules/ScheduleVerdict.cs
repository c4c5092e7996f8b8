using Microsoft.Extensions.AI;

namespace AgentChain.Extensions.AI.Tests.Agents.Schedules;

/// <summary>Whether the history of a turn is equal to what was done and heard, against the sequential oracle.</summary>
static class ScheduleVerdict
{
    /// <summary>Checks the messages of one turn; there are none if it left no trace.</summary>
    public static void Check(
        PlayedTurn turn, Plan plan, ExpectedTurn expected, ScheduleLog log, IReadOnlyList<ChatMessage> messages, bool isOver)
    {
        bool isWhole = turn.Result.Outcome == TurnOutcome.Completed;
        if (isWhole)
        {
            Assert.Equal(plan.Rule != OverrunRule.Fail && expected.End == ExpectedEnd.Rounds ? ExpectedEnd.Rounds : ExpectedEnd.Answer, expected.End);
            Assert.Equal(plan.Rule == OverrunRule.Fallback && expected.End == ExpectedEnd.Rounds, (turn.Read is [.., Plan.Sorry]));
        }
        else if (turn.Result.Outcome == TurnOutcome.Failed)
        {
            Assert.Equal(
                expected.End switch
                {
                    ExpectedEnd.ModelFault => typeof(ChatClientException),
                    ExpectedEnd.ToolOverrun => typeof(ToolOverrunException),
                    ExpectedEnd.Rounds when plan.Rule == OverrunRule.Fail => typeof(AgentRoundsException),
                    _ => null,
                },
                turn.Result.Error?.InnerException?.GetType());
        }

        Assert.True(History.IsWhole(messages));
        List<string> words = [.. Words(messages)];
        List<string> all = [.. expected.Rounds.SelectMany(round => round.Parts).OfType<string>().Select(word => word.TrimEnd())];
        Assert.Equal(all.Take(words.Count), words);
        Assert.True(turn.Heard is null || words.Count <= turn.Heard, "More is remembered than was heard.");
        Assert.All(words, word => Assert.True(log.WasSaidBy($"{word} ", turn.EndedMs), $"{word} was said after the turn had ended."));
        if (turn.Heard is null)
        {
            string[] said = [.. turn.Read.Where(word => word != Plan.Sorry)];
            Assert.Equal(said, words.Take(said.Length));
        }

        if (isWhole)
        {
            Assert.Equal(Math.Min(turn.Heard ?? all.Count, all.Count), words.Count);
        }

        CheckCalls(turn, plan, expected, log, messages, isOver);
    }

    static void CheckCalls(
        PlayedTurn turn, Plan plan, ExpectedTurn expected, ScheduleLog log, IReadOnlyList<ChatMessage> messages, bool isOver)
    {
        bool isWhole = turn.Result.Outcome == TurnOutcome.Completed || (turn.Result.Outcome == TurnOutcome.Failed && expected.End == ExpectedEnd.Rounds);
        List<(FunctionCallContent Call, FunctionResultContent Answer)> done = [.. messages.SelectMany(one => one.Contents.OfType<FunctionCallContent>())
            .Zip(messages.SelectMany(one => one.Contents.OfType<FunctionResultContent>()))];
        List<(PlannedCall Call, string Answer)> due = [.. expected.Rounds.SelectMany(round => round.Answers)];
        Assert.True(isWhole ? done.Count == due.Count : done.Count <= due.Count, $"{done.Count} calls of {due.Count}");
        int last = done.Count == 0 ? 0 : expected.Rounds.FindIndex(round => round.Answers.Any(one => one.Call.Id == done[^1].Call.CallId));
        for (int i = 0; i < done.Count; i++)
        {
            (PlannedCall call, string answer) = due[i];
            Assert.Equal(call.Id, done[i].Call.CallId);
            string given = History.Answer(done[i].Answer);
            bool mayBeOpen = !isWhole && expected.Rounds[last].Answers.Any(one => one.Call == call);
            var run = (turn.Question, call.Tool, call.N);
            if (given == answer || (mayBeOpen && given == "cancelled" && !(isOver && IsKept(call, answer))))
            {
                continue;
            }

            // Its turn ended before its budget did: then the late result counts.
            Assert.True(
                mayBeOpen && answer == "timed_out" && HasEnded(run) && given is not "cancelled" and not "timed_out",
                $"Call {call} was answered {given} instead of {answer}.");
        }

        foreach ((string question, string tool, int n) in log.Begun)
        {
            if (question == turn.Question && tool is ("set" or "pay" or "send"))
            {
                Assert.True(due.Exists(one => one.Call == one.Call with { Tool = tool, N = n, Flaw = Flaw.None }), $"{tool} {n} was never called.");
                Assert.True(done.Exists(one => one.Call.Name == tool), $"{tool} {n} had an effect that is not in the history.");
            }
        }

        if (turn.Result.Outcome == TurnOutcome.Completed)
        {
            Assert.All(
                expected.Runs.Where(run => plan.FateOf(run.Tool, turn.Question, run.N).Ms <= Plan.BudgetMs),
                run => Assert.True(HasEnded((turn.Question, run.Tool, run.N)), $"{run} did not run."));
        }

        bool HasEnded((string Question, string Tool, int N) run) => log.Ended.Contains(run) || log.EndedEarly.Contains(run);

        // A finished result is kept, however the turn ended.
        bool IsKept(PlannedCall call, string answer) =>
            call.Flaw == Flaw.None && answer is not "timed_out" && log.Ended.Contains((turn.Question, call.Tool, call.N))
            && call.Tool is ("pay" or "send");
    }

    static IEnumerable<string> Words(IEnumerable<ChatMessage> messages) => messages
        .Where(one => one.Role == ChatRole.Assistant)
        .SelectMany(one => one.Text.Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
