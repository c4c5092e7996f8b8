namespace AgentChain.Engine.Links;

/// <summary>The branches of forks that enclose a gate, the innermost first.</summary>
/// <param name="Fork">The fork: a router or a join.</param>
/// <param name="Branch">The index of the branch.</param>
/// <param name="Outer">The enclosing branch.</param>
sealed record BranchPath(object Fork, int Branch, BranchPath? Outer)
{
    /// <summary>Whether values cannot pass from one branch to the other, because both are branches of the same fork.</summary>
    public static bool AreApart(BranchPath? one, BranchPath? other)
    {
        for (BranchPath? a = one; a is not null; a = a.Outer)
        {
            for (BranchPath? b = other; b is not null; b = b.Outer)
            {
                if (ReferenceEquals(a.Fork, b.Fork))
                {
                    return a.Branch != b.Branch;
                }
            }
        }

        return false;
    }
}
