namespace AgentChain.Engine.Links;

/// <summary>Which branches of which forks a gate is inside of, the innermost first.</summary>
/// <param name="Fork">The fork: a router or a join.</param>
/// <param name="Branch">Which of its branches.</param>
/// <param name="Outer">What is around it.</param>
sealed record BranchPath(object Fork, int Branch, BranchPath? Outer)
{
    /// <summary>Whether what leaves one branch cannot come into another, because they are branches of one fork.</summary>
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
