using AgentChain.Costs;

namespace AgentChain.Simulation.Tests.External;

/// <summary>
/// One machine of Splitwise's table as cost models: the time of a prompt by its tokens, that of a batch of prompts by their tokens, and that
/// of a decoding step by its sequences, plus what longer or shorter prompts than those of the batches change, which is known for one sequence.
/// </summary>
/// <param name="rows">The machine's rows.</param>
sealed class SplitwiseMachine(IReadOnlyList<SplitwiseRow> rows)
{
    readonly CostModel _prompt = Table(Prompts(rows), row => row.Prompt, row => row.Read);
    readonly CostModel _batch = Table(Batches(rows), row => row.Prompt * row.Batch, row => row.Read);
    readonly CostModel _step = Table(Batches(rows), row => row.Batch, row => row.Each);

    readonly CostModel _context = Table(Prompts(rows), row => row.Prompt, row => row.Each);

    /// <summary>Simulates a row on a batching device: from the start of its requests to the last token.</summary>
    public double Simulate(SplitwiseRow row)
    {
        SimulationRun run = Simulator.Run(
            setup => Chain.From<Arrival>("machine").Stream("model", new SimulatedBatchedModel<Arrival, int>(
                setup.BatchDevice("gpu"), arrival => arrival.InputTokens, arrival => Enumerable.Range(0, arrival.OutputTokens))).Build(setup.Options()),
            arrival => arrival,
            ArrivalTrace.From(Enumerable.Repeat(new Arrival { InputTokens = row.Prompt, OutputTokens = row.Tokens }, row.Batch)),
            [new DeviceGroup("gpu") { Batching = new(Of) }]).All;
        return run.Duration.TotalMilliseconds;
    }

    /// <summary>The errors of tables that lack one of the inner points, at that point.</summary>
    public IEnumerable<double> HeldOut() =>
    [
        .. HeldOut(Prompts(rows), row => row.Prompt, row => row.Read),
        .. HeldOut(Batches(rows), row => row.Prompt * row.Batch, row => row.Read),
        .. HeldOut(Batches(rows), row => row.Batch, row => row.Each),
    ];

    /// <summary>The errors of a cost that learned each row's prompt time, in random order, without a model.</summary>
    public IEnumerable<double> Learned()
    {
        var cost = new LearnedCost();
        SplitwiseRow[] prompts = [.. Prompts(rows)], shuffled = [.. prompts];
        var random = new Random(1);
        for (int round = 0; round < 50; round++)
        {
            random.Shuffle(shuffled);
            foreach (SplitwiseRow row in shuffled)
            {
                cost.Observe(new() { Tokens = row.Prompt }, TimeSpan.FromMilliseconds(row.Read));
            }
        }

        return prompts.Select(row => (cost.Predict(new() { Tokens = row.Prompt }).TotalMilliseconds / row.Read) - 1);
    }

    TimeSpan Of(BatchStep step)
    {
        if (step.Prompts > 0)
        {
            return (step.Prompts == 1 ? _prompt : _batch).Predict(new() { Tokens = step.PromptTokens });
        }

        // The tables are about the length of the prompt; half of the answer's 128 tokens come on top of it on average.
        double prompt = Math.Max(0, (step.ContextTokens / step.Sequences) - 64);
        TimeSpan more = _context.Predict(new() { Tokens = prompt }) - _context.Predict(new() { Tokens = 512 });
        return _step.Predict(new() { Tokens = step.Sequences }) + more;
    }

    static IEnumerable<double> HeldOut(IEnumerable<SplitwiseRow> all, Func<SplitwiseRow, int> tokens, Func<SplitwiseRow, double> time)
    {
        SplitwiseRow[] rows = [.. all];
        return rows.Skip(1).SkipLast(1).Select(one => (Table(rows.Except([one]), tokens, time)
            .Predict(new() { Tokens = tokens(one) }).TotalMilliseconds / time(one)) - 1);
    }

    static IEnumerable<SplitwiseRow> Prompts(IEnumerable<SplitwiseRow> rows) =>
        rows.Where(row => row is { Batch: 1, Tokens: 128 } && row.AddsUp).OrderBy(row => row.Prompt);

    static IEnumerable<SplitwiseRow> Batches(IEnumerable<SplitwiseRow> rows) =>
        rows.Where(row => row is { Prompt: 512, Tokens: 128 } && row.AddsUp).OrderBy(row => row.Batch);

    static CostModel Table(IEnumerable<SplitwiseRow> rows, Func<SplitwiseRow, int> tokens, Func<SplitwiseRow, double> time) =>
        CostModel.Table([.. rows.Select(row => new CostPoint(tokens(row), TimeSpan.FromMilliseconds(time(row))))]);
}
