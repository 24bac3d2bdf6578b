namespace Sandbox.Fixtures;

/// <summary>A test over the outside data folder: runs whenever the folder exists and is skipped, visibly, where it does not.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SharedDataFactAttribute : FactAttribute
{
    public SharedDataFactAttribute()
    {
        if (Checkout.SharedData is null)
        {
            Skip = "needs the outside data folder, which this clone lacks";
        }
    }
}

/// <summary>The <see cref="TheoryAttribute"/> form of <see cref="SharedDataFactAttribute"/>.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SharedDataTheoryAttribute : TheoryAttribute
{
    public SharedDataTheoryAttribute()
    {
        if (Checkout.SharedData is null)
        {
            Skip = "needs the outside data folder, which this clone lacks";
        }
    }
}
