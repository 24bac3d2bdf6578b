/* Does nothing: what a run costs before the model's own work. */
int main(void)
{
    return 0;
}
