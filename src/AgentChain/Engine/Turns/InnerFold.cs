namespace AgentChain.Engine.Turns;

/// <summary>Many works of one name, reported as one span.</summary>
readonly record struct InnerFold(long Began, long Started, long Ended, long Worked, int Runs, SpanNotes Notes)
{
    /// <summary>Returns the fold with one more work that has ended.</summary>
    public InnerFold With(InnerWork work, SpanNotes notes)
    {
        long ran = work.RanAt == 0 ? work.EndedAt : work.RanAt;
        return Runs == 0
            ? new InnerFold(work.BeganAt, ran, work.EndedAt, work.EndedAt - ran, 1, notes)
            : new InnerFold(
                Math.Min(Began, work.BeganAt), Math.Min(Started, ran), Math.Max(Ended, work.EndedAt),
                Worked + work.EndedAt - ran, Runs + 1, Notes | notes);
    }

    /// <summary>Returns the works as one span.</summary>
    /// <param name="name">The name of the block and the work.</param>
    /// <param name="at">Converts a timestamp to a time within the turn.</param>
    /// <param name="length">Converts a number of clock ticks to a duration.</param>
    public BlockSpan ToSpan(string name, Func<long, TimeSpan> at, Func<long, TimeSpan> length) =>
        new(name, at(Began), at(Started), at(Ended), Notes) { Runs = Runs, Working = length(Worked) };
}
