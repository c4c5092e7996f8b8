namespace AgentChain.Extensions.AI.Tests.Agents.Schedules;

/// <summary>How a turn ends that nothing interrupts.</summary>
enum ExpectedEnd
{
    Answer,
    ModelFault,
    ToolOverrun,
    Rounds,
}

/// <summary>One round of the oracle: words and calls in order, and the answers of the calls.</summary>
sealed record ExpectedRound(List<object> Parts, List<(PlannedCall Call, string Answer)> Answers);

/// <summary>The sequential oracle: what a turn does, call after call, if nothing interrupts it.</summary>
sealed record ExpectedTurn(List<ExpectedRound> Rounds, ExpectedEnd End)
{
    public static ExpectedTurn Of(Plan plan, string question)
    {
        List<ExpectedRound> rounds = [];
        for (int r = 0; ; r++)
        {
            var round = new ExpectedRound([], []);
            rounds.Add(round);
            bool isOver = false;
            foreach (object step in plan.Steps(question, r))
            {
                switch (step)
                {
                    case PlannedFault:
                        return new(rounds, ExpectedEnd.ModelFault);
                    case string word:
                        round.Parts.Add(word);
                        break;
                    case PlannedCall planned when Known(planned, round, r) is { } call:
                        string answer = r >= plan.MaxRounds ? "failed" : Answer(plan, question, call);
                        round.Parts.Add(call);
                        round.Answers.Add((call, answer));
                        isOver |= call.Tool == "strict" && answer == "timed_out";
                        break;
                }
            }

            if (isOver || round.Answers.Count == 0 || r >= plan.MaxRounds)
            {
                return new(rounds, isOver ? ExpectedEnd.ToolOverrun : round.Answers.Count == 0 ? ExpectedEnd.Answer : ExpectedEnd.Rounds);
            }
        }
    }

    /// <summary>The calls whose tool runs if nothing interrupts the turn.</summary>
    public IEnumerable<(string Tool, int N)> Runs => Rounds.SkipLast(End == ExpectedEnd.Rounds ? 1 : 0).SelectMany(round => round.Answers)
        .Where(one => one.Call.Flaw == Flaw.None).Select(one => (one.Call.Tool, one.Call.N));

    public static string Value(string tool, string question, int n) => $"{tool}-{question}-{n}";

    /// <summary>
    /// The call as the agent knows it: another call under a used id has an id of its own, and one that is repeated is no call.
    /// </summary>
    static PlannedCall? Known(PlannedCall call, ExpectedRound round, int number) =>
        call.Flaw != Flaw.RepeatedId ? call
        : round.Answers.Find(one => one.Call.Id == call.Id).Call == call with { Flaw = Flaw.None } ? null
        : call with { Id = $"call-{number + 1}-{round.Answers.Count + 1}", Flaw = Flaw.None };

    static string Answer(Plan plan, string question, PlannedCall call)
    {
        if (call.Flaw != Flaw.None)
        {
            return "failed";
        }

        ToolFate fate = plan.FateOf(call.Tool, question, call.N);
        bool isLate = call.Tool != "list" && fate.Ms > Plan.BudgetMs;
        return isLate && (!fate.IsDeaf || fate.Throws || fate.Ms > Plan.BudgetMs + Plan.GraceMs) ? "timed_out"
            : fate.Throws ? "failed"
            : fate.ReturnsNull ? "completed"
            : Value(call.Tool, question, call.N);
    }
}
