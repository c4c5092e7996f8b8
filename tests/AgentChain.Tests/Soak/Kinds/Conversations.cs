namespace AgentChain.Tests.Soak.Kinds;

/// <summary>
/// Conversations of three turns: the first has a barge-in, which is a false alarm or not; the second is interrupted by the third unless
/// it is over; the third completes and is remembered.
/// </summary>
sealed class Conversations : TurnKind
{
    readonly StreamChain<int, int> _chain;

    public Conversations(EndedTurns ended)
        : base("conversations with barge-in", 40, TurnOutcome.Completed, TurnOutcome.Interrupted) => _chain = Own(Chain.From<int>("talk")
            .Then("before", Steps.YieldAsync)
            .Stream<int>("count", (n, _, token) => Steps.CountAsync(n, token))
            .Build(new ChainOptions { MeterFactory = ended, OutputCapacity = 8 }));

    public override async Task RunAsync(Operation operation)
    {
        await using Conversation<int, int> conversation = _chain.OpenConversation();
        await BargeInAsync(operation, conversation);

        Turn<int> second = operation.Started(await conversation.StartAsync(operation.Random.Next(100)));
        Task<(List<int> Items, TurnException? Error)> reading = operation.ReadAsync(second);
        await operation.PauseAsync();

        int count = operation.Random.Next(1, 40);
        Turn<int> third = operation.Started(await operation.InTimeAsync(conversation.StartAsync(count).AsTask(), "a turn never began in a conversation"));
        await operation.EndAsync(second, TurnOutcome.Completed, TurnOutcome.Interrupted);
        await reading;
        (List<int> items, _) = await operation.ReadToEndAsync(third, TurnOutcome.Completed);
        operation.Sum(Steps.SumOf(count), items.Sum(x => (long)x));
        Exchange<int, int>[] history = [.. conversation.History];
        Operation.Check(
            history is [.., var last] && last.Turn == third.Id && last.Heard.Count == count,
            $"the history's last exchange is not the turn of {count} items that completed");
    }

    static async Task BargeInAsync(Operation operation, Conversation<int, int> conversation)
    {
        bool isFalseAlarm = operation.Random.Next(2) == 0;
        Turn<int> turn = operation.Started(await conversation.StartAsync(10_000));
        Task<(List<int> Items, TurnException? Error)> reading = operation.ReadAsync(turn);
        await operation.PauseAsync();
        using (BargeIn bargeIn = conversation.BeginBargeIn())
        {
            await operation.PauseAsync();
            Operation.Check(isFalseAlarm ? bargeIn.Resume() : bargeIn.Commit(), "a barge-in that was pending could not be decided");
        }

        // After a false alarm the output goes on, and only a real interruption ends it.
        if (isFalseAlarm)
        {
            await operation.PauseAsync();
            conversation.Interrupt();
        }

        await operation.EndAsync(turn, TurnOutcome.Interrupted, TurnOutcome.Completed);
        (List<int> items, _) = await reading;
        Operation.Check(items.SequenceEqual(Enumerable.Range(0, items.Count)), "items were lost or doubled around a barge-in");
    }
}
