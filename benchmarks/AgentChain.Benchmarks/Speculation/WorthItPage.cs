using System.Globalization;
using System.Text;

namespace AgentChain.Benchmarks.Speculation;

/// <summary>The page of the study: a table for each load.</summary>
sealed class WorthItPage(TalkStudy study)
{
    readonly List<string> _tables = [];
    readonly List<Comparison> _all = [];

    /// <summary>The table added last.</summary>
    public string Last => _tables[^1];

    public void Add(double load, Comparison[] rows)
    {
        var table = new StringBuilder();
        table.Append(CultureInfo.InvariantCulture, $"### Load {load}\n\n");
        table.Append("| policy | p50, ms | p95, ms | p50 cut | p95 cut (worst seed) | share of clairvoyant saving (worst seed) | extra device work (worst seed) | goal |\n");
        table.Append("|---|---|---|---|---|---|---|---|\n");
        foreach (Comparison row in rows)
        {
            string goal = row.Policy.Goal is { } g
                ? string.Create(CultureInfo.InvariantCulture, $"{100 * g.Share:0} % at {100 * g.Extra:0} %: {(row.IsMet == true ? "met" : "**not met**")}")
                : "";
            table.Append(
                CultureInfo.InvariantCulture,
                $"| {row.Policy.Name} | {row.Mean(s => s.P50):0} | {row.Mean(s => s.P95):0} | {100 * row.Mean(s => s.P50Cut):0.0} % | {100 * row.Mean(s => s.P95Cut):0.0} % ({100 * row.WorstP95Cut:0.0}) | {100 * row.Share:0.0} % ({100 * row.WorstShare:0.0}) | {100 * row.Extra:0.0} % ({100 * row.WorstExtra:0.0}) | {goal} |\n");
        }

        _tables.Add(table.ToString());
        _all.AddRange(rows);
    }

    public string Write(TalkStudy curves, double[] prices)
    {
        Comparison[] goals = [.. _all.Where(c => c.IsMet is not null)];
        return string.Create(CultureInfo.InvariantCulture, $"""
            # Is speculation worth it?

            A voice service in virtual time: what users say is from the test set of Banking77, how long everything takes is assumed. The same chain, the same turns
            and the same luck under each policy; the whole page, chart included, is made by

            ```
            dotnet run -c Release --project benchmarks/AgentChain.Benchmarks -- worth
            ```

            and is the same on every machine, since no real time is measured. It needs `shared/data/banking77-test.csv` beside the repository and takes about four
            minutes of one core.

            - **Service.** `listen` (words of 333 ms with a deviation of 110 ms, a hesitation of 250 to 480 ms in 6 % of the gaps, transcripts 150 ms behind, 12 % of the words
              misheard and put right 250 ms later, end-point wait 500 ms), `retrieve` (lognormal, median 120 ms, sigma 0.4, 4 servers), `respond` (prefill of 1,830 tokens at
              8 ms + 0.05 ms a token on 1 server, where speculative work gives way every 20 ms; then 18 tokens of 10 ms to the first sentence), `speak` (80 ms, 4 servers).
              Certain work goes before speculative work. Turns arrive at random (Poisson); load is that of the prefill server by certain work alone.
            - **Latency** is from the end of speech to the first audio. **Extra device work** is how much longer all devices worked than in the sequential run.
              **Share** is that of what the clairvoyant policy saves in the median.
            - **Policies.** Sequential; every partial transcript at once; after 200 ms of silence, speech synthesised only for what is certain; clairvoyant: at once on the
              transcript that comes true and on nothing else; the library's controller with its defaults and one waste budget for the chain, a share of 0.24 with 10 s to
              begin with, with an end-of-turn score of the given AUC (one score for each hypothesis) or none. It begins each run without experience.
            - **Seeds.** {study.Seeds[0]} to {study.Seeds[^1]} for this page, {study.Turns:N0} turns each; the controller's defaults and the budget were tuned on 1 to 3 (`worth tune` prints those). Means of the seeds, in
              parentheses the worst one. Goals hold for the mean, and a 95th percentile above the sequential one with any seed fails them.

            {goals.Count(c => c.IsMet == true)} of {goals.Length} goals are met.

            {string.Join("\n", _tables)}
            ## What a saving costs

            ![Share of the clairvoyant saving against extra device work, a line for each AUC](speculation.svg)

            Lines: prices of {string.Join(", ", prices.Select(p => p.ToString(CultureInfo.InvariantCulture)))}, without a waste budget, from right to left, as far as they save 30 %; diamonds: the defaults with the budget of the tables. {curves.Turns:N0} turns with each of the seeds
            {curves.Seeds[0]} to {curves.Seeds[^1]}.

            Without a score there is little to know but the silence: there the controller is about as good as a fixed trigger of 200 ms, and at load 0.05 its budget
            costs it 5 points of the share. What it gains over the trigger, it gains from evidence.

            ## What it does not show

            - The times are assumptions. When the user goes on to speak the service takes back what it published, by a hypothesis with probability 0: that is heard
              long before the next word is. No two transcripts retrieve the same documents here, so a `respond` begun on an earlier transcript never stands; its gate
              learns that in the first turns, and ends such work when the transcript changes, not only when the new documents are there.
            - The budget's first 10 s count: they are half a point of the extra work in a run of 4,000 turns, and more in a shorter one.
            - The score is synthetic: as good as its AUC says, and right about misheard words as well. A detector that only hears the end of the turn does not see those.
            - No retrieval, model or voice is real; what speculation does to a real chain is measured with the voice sample.

            """).ReplaceLineEndings("\n");
    }
}
